"""The report's three pictures, as SVG text."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lorewise.evaluation.exposure import POPULARITY_SHARES
from lorewise.evaluation.metric_guide import SLICES, metric_label
from lorewise.evaluation.report import Report
from lorewise.evaluation.themed_svg import GRID, INK, MUTED, SERIES, new_figure, svg_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS = "osD^vPX*"
_MIN_LABEL_GAP = 0.055
"""Least distance between two labels, as a share of the plot's height."""


def tradeoff_chart(report: Report, accuracy: str, coverage: str) -> str:
    """Return accuracy against catalog coverage, one labeled point per algorithm."""
    figure = new_figure(9.2, 4.2)
    axes = figure.add_subplot()
    rows = [row for row in report.rows if {accuracy, coverage} <= row.metrics.keys()]
    xs = np.array([row.metrics[coverage] for row in rows])
    ys = np.array([row.metrics[accuracy] for row in rows])
    for number, row in enumerate(rows):
        low, high = row.ci95.get(accuracy, (ys[number], ys[number]))
        color = _color(report, row.algorithm)
        axes.plot([xs[number]] * 2, [low, high], color=color, linewidth=1.2, alpha=0.55)
        axes.plot(xs[number], ys[number], _marker(report, row.algorithm), color=color, markersize=7)
    axes.set_xlim(-0.02, max(0.1, 1.35 * xs.max(initial=0)))
    bottom, top = axes.get_ylim()
    axes.set_ylim(min(bottom, -0.06 * top), top)
    _style(axes, f"{metric_label(coverage)}: share of the catalog shown", metric_label(accuracy))
    _label_points(axes, xs, ys, [row.algorithm for row in rows])
    return svg_text(
        figure,
        name="tradeoff",
        label=f"Scatter plot of {accuracy} against {coverage}; the tables hold the values.",
    )


def slices_chart(report: Report, metric: str) -> str:
    """Return the metric in every slice that has targets, one bar per algorithm."""
    names = [n for n in SLICES if any(metric in row.slices.get(n, {}) for row in report.rows)]
    figure = new_figure(9.2, 3.6)
    axes = figure.add_subplot()
    width = 0.8 / max(1, len(report.rows))
    for number, row in enumerate(report.rows):
        heights = [row.metrics.get(metric, 0.0)]
        heights += [row.slices.get(name, {}).get(metric, 0.0) for name in names]
        places = np.arange(len(heights)) - 0.4 + (number + 0.5) * width
        color = _color(report, row.algorithm)
        axes.bar(places, heights, width * 0.88, color=color, label=_legend_label(row.algorithm))
    axes.set_xticks(range(len(names) + 1), ["All", *(SLICES[name] for name in names)])
    _style(axes, "", metric_label(metric), grid="y")
    _legend(axes)
    return svg_text(
        figure,
        name="slices",
        label=f"Bar chart of {metric} by slice and algorithm; the slices table holds the values.",
    )


def popularity_chart(report: Report) -> str:
    """Return how much of all exposure the most popular items take, against training."""
    figure = new_figure(9.2, 3.8)
    axes = figure.add_subplot()
    shares = [100 * share for share in POPULARITY_SHARES]
    if report.training_curve:
        curve = [100 * share for share in report.training_curve]
        axes.plot(shares, curve, "--", color=INK, linewidth=1.6, label="training interactions")
    for row in report.rows:
        if row.exposure_curve:
            axes.plot(
                shares,
                [100 * share for share in row.exposure_curve],
                f"-{_marker(report, row.algorithm)}",
                color=_color(report, row.algorithm),
                linewidth=1.8,
                markersize=4,
                label=_legend_label(row.algorithm),
            )
    axes.set_xscale("log")
    ticks = [0.1, 1, 10, 100]
    axes.set_xticks(ticks, [f"{tick:g} %" for tick in ticks])
    axes.set_ylim(-2, 102)
    _style(axes, "most popular items, as a share of the catalog", "share of places, %")
    _legend(axes)
    return svg_text(
        figure,
        name="popularity",
        label="Line chart: cumulative share of recommended places by popularity of the item, "
        "one line per algorithm, and of training interactions, dashed.",
    )


def _color(report: Report, algorithm: str) -> str:
    """Return the algorithm's color, the same in all pictures."""
    names = [row.algorithm for row in report.rows]
    return SERIES[names.index(algorithm) % len(SERIES)]


def _marker(report: Report, algorithm: str) -> str:
    """Return the algorithm's marker, for readers who do not tell colors apart."""
    names = [row.algorithm for row in report.rows]
    return _MARKERS[names.index(algorithm) % len(_MARKERS)]


def _legend_label(algorithm: str) -> str:
    """Return a name that Matplotlib does not hide for its first letter."""
    return f" {algorithm}" if algorithm.startswith("_") else algorithm


def _style(axes: "Axes", x_label: str, y_label: str, *, grid: str = "both") -> None:
    """Leave only quiet lines, in the page's colors."""
    axes.set_axisbelow(True)
    axes.grid(visible=True, axis="y" if grid == "y" else "both", color=GRID, linewidth=0.8)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(MUTED)
    axes.tick_params(which="both", length=0, colors=MUTED, labelcolor=INK)
    axes.set_xlabel(x_label, color=MUTED, labelpad=8)
    axes.set_ylabel(y_label, color=MUTED, labelpad=8)


def _legend(axes: "Axes") -> None:
    """Put the names above the plot; dollar signs in them are no formulas."""
    legend = axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.01),
        ncols=4,
        frameon=False,
        handlelength=1.4,
        columnspacing=1.6,
    )
    for text in legend.get_texts():
        text.set_color(INK)
        text.set_parse_math(False)


def _label_points(
    axes: "Axes",
    xs: NDArray[np.float64],
    ys: NDArray[np.float64],
    names: list[str],
) -> None:
    """Write each name to the right of its point, moved up as far as the one below needs."""
    left, right = axes.get_xlim()
    bottom, top = axes.get_ylim()
    lowest = -np.inf
    for number in np.argsort(ys, kind="stable"):
        height = max((ys[number] - bottom) / (top - bottom), lowest + _MIN_LABEL_GAP)
        lowest = height
        axes.annotate(
            names[number],
            (xs[number], ys[number]),
            (xs[number] + 0.025 * (right - left), bottom + height * (top - bottom)),
            color=INK,
            va="center",
            fontsize=9.5,
            parse_math=False,
        )
