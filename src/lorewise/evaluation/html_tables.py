"""The report's tables and lists as pieces of HTML, escaped."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.metric_guide import (
    ACCURACY,
    BEYOND,
    SLICES,
    MetricGuide,
    figure_text,
    is_best,
    metric_label,
    shown_metrics,
)
from lorewise.evaluation.report import Report, Row

_SIGNIFICANT = 0.05
_TEXT = ' class="text"'


def html_table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[tuple[str, Sequence[str]]],
    *,
    text_heads: Collection[str] = (),
) -> str:
    """Return a table whose first column names the rows.

    Args:
        caption: What it shows; escaped here.
        heads: One per column, the first included; escaped here.
        rows: Name of each row, escaped here, and its cells as ``<td>`` elements.
        text_heads: The heads of columns that hold text and not figures.
    """
    head = "".join(
        f'<th scope="col"{_TEXT if text in text_heads else ""}>{escape(text)}</th>'
        for text in heads
    )
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{"".join(cells)}</tr>\n' for name, cells in rows
    )
    return (
        f'<div class="scroll"><table><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></div>"
    )


def details(summary: str, content: str) -> str:
    """Return content that the reader may unfold."""
    return f"<details><summary>{escape(summary)}</summary>\n{content}\n</details>"


def metrics_tables(report: Report, guides: Mapping[str, MetricGuide], ks: Sequence[int]) -> str:
    """Return the metrics at the first cutoff, and those at the others to unfold."""
    tables = [
        html_table(
            f"At {k} items. Best in color where one way is better.",
            ["Algorithm", *(label.partition("@")[0] for label in shown.values())],
            [(row.algorithm, [_metric(report, row, key) for key in shown]) for row in report.rows],
        )
        for k in ks
        if (shown := shown_metrics(report, guides, k))
    ]
    others = [details("At other cutoffs", "\n".join(tables[1:]))] if tables[1:] else []
    return "\n".join([*tables[:1], *others])


def slices_table(report: Report, metric: str) -> str:
    """Return the metric in each slice, with the number of users it speaks of."""
    names = [name for name in SLICES if any(name in row.slices for row in report.rows)]
    sizes = report.rows[0].slices if report.rows else {}
    users = [f"<td>{int(sizes.get(name, {}).get('n_users', 0)):,}</td>" for name in names]
    rows = [
        (row.algorithm, [_cell(row.slices.get(name, {}).get(metric)) for name in names])
        for row in report.rows
    ]
    return html_table(
        f"{metric_label(metric)} by slice. Users are those with targets there.",
        ["Algorithm", *(SLICES[name] for name in names)],
        [*rows, ("Users", users)],
    )


def comparisons_table(report: Report) -> str:
    """Return the paired comparisons, or a line that there are none."""
    if not report.comparisons:
        return '<p class="note">No algorithms were compared with each other.</p>'
    return html_table(
        "Mean difference on the same users, paired bootstrap, two-sided p; Holm's correction for "
        "the number of comparisons; beyond chance at 5 %.",
        ["Algorithm", "Against", "Metric", "Difference", "p", "p (Holm)", "Beyond chance"],
        [(found.algorithm, _comparison(found)) for found in report.comparisons],
        text_heads={"Against", "Metric", "Beyond chance"},
    )


def costs_table(report: Report) -> str:
    """Return what each algorithm took."""
    names = {
        "fit_cpu_s": "Fit, CPU s",
        "recommend_cpu_s": "Recommend, CPU s",
        "peak_rss_mb": "Peak memory, MB",
    }
    rows = [
        (r.algorithm, [_cell(getattr(r.costs, n), decimals=1) for n in names]) for r in report.rows
    ]
    return html_table("What it took.", ["Algorithm", *names.values()], rows)


def values_table(caption: str, values: Mapping[str, Any]) -> str:
    """Return names and values, those of nested mappings with dotted names."""
    rows = [
        (name, [f'<td class="text"><code>{escape(str(value))}</code></td>'])
        for name, value in _dotted(values)
    ]
    return html_table(caption, ["Name", "Value"], rows, text_heads={"Value"})


def facts(report: Report) -> str:
    """Return the protocol and the data's plain facts as a list of terms."""
    plain = {
        name: value
        for name, value in ({"protocol": report.protocol} | dict(report.data)).items()
        if isinstance(value, str | int | float)
    }
    entries = "".join(
        f"<div><dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(_fact(value))}</dd></div>"
        for name, value in plain.items()
    )
    return f'<dl class="facts">{entries}</dl>'


def guide_list(report: Report, ks: Sequence[int]) -> str:
    """Return what each metric of the report means."""
    k = ks[0] if ks else 0
    guides = {**ACCURACY, **BEYOND}
    names = [key.partition("@")[0] for key in shown_metrics(report, guides, k)]
    entries = "".join(
        f"<dt>{escape(guides[name].label)}</dt><dd>{escape(_meaning(guides[name]))}</dd>"
        for name in names
    )
    return f'<dl class="guide">{entries}</dl>'


def _metric(report: Report, row: Row, key: str) -> str:
    """Return one metric's cell; for accuracy with its interval, beyond it there is no room."""
    value = row.metrics.get(key)
    text = figure_text(value)
    if value is not None and is_best(report, key, value):
        text = f"<strong>{text}</strong>"
    interval = row.ci95.get(key) if key.partition("@")[0] in ACCURACY else None
    small = "<small>{} to {}</small>".format(*map(_bound, interval)) if interval else ""
    return f"<td>{text}{small}</td>"


def _cell(value: float | None, decimals: int | None = None) -> str:
    """Return a figure's cell."""
    text = figure_text(value) if value is None or decimals is None else f"{value:,.{decimals}f}"
    return f"<td>{text}</td>"


def _bound(value: float) -> str:
    """Return an interval's end, shorter than the figure it belongs to."""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:,.4g}"


def _comparison(found: Comparison) -> list[str]:
    """Return one comparison's cells; color and a word say whether it is beyond chance."""
    significant = found.p_holm < _SIGNIFICANT
    tone = ("up" if found.difference > 0 else "down") if significant else ""
    low, high = found.ci95
    return [
        f"<td{_TEXT}>{escape(found.reference)}</td>",
        f"<td{_TEXT}>{escape(metric_label(found.metric))}</td>",
        f'<td class="{tone}">{found.difference:+.4f}<small>{low:+.4f} to {high:+.4f}</small></td>',
        f"<td>{found.p_value:.4f}</td>",
        f"<td>{found.p_holm:.4f}</td>",
        f"<td{_TEXT}>{'yes' if significant else 'no'}</td>",
    ]


def _dotted(values: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return the leaves with the names of their branches."""
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        inner = isinstance(value, Mapping)
        found += _dotted(value, f"{prefix}{name}.") if inner else [(f"{prefix}{name}", value)]
    return found


def _fact(value: str | float) -> str:
    """Return a fact as text, large numbers with separators."""
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"


def _meaning(guide: MetricGuide) -> str:
    """Return the guide's sentence and which way is better."""
    return guide.meaning + (" Lower is better." if guide.better == "lower" else "")
