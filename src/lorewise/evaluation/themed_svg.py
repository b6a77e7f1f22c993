"""Matplotlib figures as inline SVG that takes its colors and type from the page around it."""

import re
from html import escape
from io import StringIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, MUTED, GRID = "#010203", "#040506", "#070809"
"""Stand-ins that become the page's colors of text, axes and grid lines."""

SERIES = tuple(f"#0a0b{number:02x}" for number in range(0x10, 0x18))
"""Stand-ins that become the page's colors of the series."""

_VARIABLES = {INK: "var(--ink)", MUTED: "var(--muted)", GRID: "var(--grid)"} | {
    color: f"var(--series-{number})" for number, color in enumerate(SERIES)
}


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty figure, in inches, that no global state knows of."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def svg_text(figure: "Figure", *, name: str, label: str) -> str:
    """Return the figure as one ``<svg>`` element.

    Args:
        figure: Drawn in ``INK``, ``MUTED``, ``GRID`` and ``SERIES`` only.
        name: Prefix of all ids, so that several figures fit on one page; letters and digits.
        label: What the figure shows, read out in place of the image.
    """
    from matplotlib import rc_context

    written = StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None})
    return _named(_themed(_element_only(written.getvalue())), name, label)


def _element_only(svg: str) -> str:
    """Drop the XML prolog and the metadata, which have no place inside a page."""
    svg = svg[svg.index("<svg") :]
    return re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)


def _themed(svg: str) -> str:
    """Let the page decide on colors and type."""
    for color, variable in _VARIABLES.items():
        svg = svg.replace(color, variable)
    return re.sub(r"(font-family: |font: [^;\"]*?px )[^;\"]*", r"\1var(--sans)", svg)


def _named(svg: str, name: str, label: str) -> str:
    """Make ids unique on the page, and say what the image shows."""
    svg = re.sub(r'(<[^>]*?\sid=")', rf"\1{name}-", svg)
    svg = re.sub(r'(url\(#|href="#)', rf"\1{name}-", svg)
    svg = re.sub(r'<svg [^>]*?(viewBox="[^"]*")[^>]*>', rf"<svg \1 {_ROLE}>", svg, count=1)
    return svg.replace(_LABEL, escape(label), 1)


_LABEL = "@label@"
_ROLE = f'role="img" aria-label="{_LABEL}" xmlns:xlink="http://www.w3.org/1999/xlink"'
