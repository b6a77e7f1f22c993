"""The study's picture: what each kind of knowledge gains in each situation."""

from typing import TYPE_CHECKING

from lorewise.evaluation.knowledge_report import KnowledgeTable
from lorewise.evaluation.metric_guide import metric_label
from lorewise.evaluation.themed_svg import GRID, INK, MUTED, SERIES, new_figure, svg_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS = "osD^vPX*"
_SPREAD = 0.7
"""Share of a situation's height that its points take."""

_ROW_INCHES, _REST_INCHES = 0.62, 1.1


def gains_chart(study: KnowledgeTable) -> str:
    """Return the gains over no knowledge with their intervals, a band per situation."""
    n_bands = len(study.scenarios)
    figure = new_figure(9.2, _REST_INCHES + _ROW_INCHES * n_bands)
    axes = figure.add_subplot()
    names = [variant.name for variant in study.variants if variant.has_lore]
    for number, name in enumerate(names):
        shift = _SPREAD * ((number + 0.5) / len(names) - 0.5)
        _draw(axes, study, name, shift, number)
    axes.axvline(0, color=INK, linewidth=1)
    heads = [f"{found.name}  {metric_label(found.metric)}" for found in study.scenarios]
    axes.set_yticks(range(n_bands), heads)
    axes.set_ylim(n_bands - 0.5, -0.5)
    _style(axes)
    return svg_text(
        figure,
        name="gains",
        label="Gains over no knowledge by situation and kind of knowledge, with 95 % intervals; "
        "the table holds the values.",
    )


def _draw(axes: "Axes", study: KnowledgeTable, name: str, shift: float, number: int) -> None:
    color, label = SERIES[number % len(SERIES)], name
    for band, scenario in enumerate(study.scenarios):
        gain = study.cell(scenario.name, name).gain
        if gain is None:
            continue
        place = band + shift
        axes.plot(gain.ci95, [place] * 2, color=color, linewidth=1.4, alpha=0.6)
        marker = _MARKERS[number % len(_MARKERS)]
        axes.plot(gain.difference, place, marker, color=color, markersize=5, label=label)
        label = "_nolegend_"


def _style(axes: "Axes") -> None:
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis="x", color=GRID, linewidth=0.8)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.tick_params(which="both", length=0, colors=MUTED, labelcolor=INK)
    axes.set_xlabel("gain over no knowledge", color=MUTED, labelpad=8)
    legend = axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, frameon=False, handlelength=1.2
    )
    for text in legend.get_texts():
        text.set_color(INK)
        text.set_parse_math(False)
