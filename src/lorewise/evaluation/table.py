"""The report as tables for a terminal; whoever calls prints them."""

from rich.table import Table
from rich.text import Text

from lorewise.evaluation.knowledge_report import Cell, KnowledgeTable
from lorewise.evaluation.knowledge_verdict import is_beyond_chance, signed
from lorewise.evaluation.metric_guide import (
    ACCURACY,
    BEYOND,
    SLICES,
    cutoffs,
    figure_text,
    is_best,
    metric_label,
    shown_metrics,
)
from lorewise.evaluation.report import Report, Row

_MAIN_ACCURACY = ("ndcg", "recall", "hit_rate", "mrr")
_MAIN_BEYOND = ("coverage", "gini", "tail_share", "novelty")


def metrics_table(report: Report) -> Table:
    """Return one line per algorithm: main metrics at the first cutoff, interval and costs.

    The best of a column is bold where one way is better.
    """
    k = next(iter(cutoffs(report)), 0)
    guides = {name: ACCURACY[name] for name in _MAIN_ACCURACY} | {
        name: BEYOND[name] for name in _MAIN_BEYOND
    }
    shown = shown_metrics(report, guides, k)
    main = next(iter(shown), "")
    table = _table(f"{report.protocol}: accuracy and beyond", "Algorithm")
    for key, label in shown.items():
        table.add_column(f"{label} [95 %]" if key == main else label, justify="right")
    table.add_column("Fit CPU s", justify="right")
    for row in report.rows:
        cells = [_cell(report, row, key, with_interval=key == main) for key in shown]
        table.add_row(Text(row.algorithm), *cells, _plain(row.costs.fit_cpu_s))
    return table


def slices_table(report: Report) -> Table:
    """Return one line per algorithm: the main metric in each slice that has targets."""
    k = next(iter(cutoffs(report)), 0)
    key = next(iter(shown_metrics(report, ACCURACY, k)), "")
    names = [name for name in SLICES if any(key in r.slices.get(name, {}) for r in report.rows)]
    table = _table(f"{key} by slice", "Algorithm")
    for name in ["All", *(SLICES[name] for name in names)]:
        table.add_column(name, justify="right")
    for row in report.rows:
        figures = [row.metrics.get(key), *(row.slices.get(name, {}).get(key) for name in names)]
        table.add_row(Text(row.algorithm), *map(_plain, figures))
    return table


def comparisons_table(report: Report) -> Table:
    """Return one line per comparison: difference, interval and corrected p-value."""
    table = _table("Paired comparisons", "Algorithm")
    table.add_column("against")
    table.add_column("Metric")
    for name in ("Difference", "95 % interval", "p (Holm)"):
        table.add_column(name, justify="right")
    for found in report.comparisons:
        low, high = found.ci95
        table.add_row(
            Text(found.algorithm),
            Text(found.reference),
            Text(found.metric),
            f"{found.difference:+.4f}",
            f"{low:+.4f} to {high:+.4f}",
            f"{found.p_holm:.4f}",
        )
    return table


def knowledge_table(study: KnowledgeTable) -> Table:
    """Return one line per kind of knowledge, one column per situation.

    Below each figure stands the gain over the row without knowledge, with a star where it is
    beyond chance.
    """
    table = _table("What knowledge is worth", "Knowledge")
    for scenario in study.scenarios:
        name = scenario.name.replace("-", "-\n", 1)
        head = f"{name}\n{metric_label(scenario.metric)}\n{scenario.n_users:,} users"
        table.add_column(Text(head), justify="right", overflow="fold", vertical="bottom")
    for variant in study.variants:
        cells = [study.cell(scenario.name, variant.name) for scenario in study.scenarios]
        table.add_row(Text(variant.name), *(f"{c.value:.4f}\n{_gain(c)}" for c in cells))
    return table


def _gain(cell: Cell) -> str:
    if cell.gain is None:
        return ""
    star = "*" if any(is_beyond_chance(cell.gain, sign) for sign in (1, -1)) else " "
    return f"{signed(cell.gain.difference)}{star}"


def _table(title: str, first: str) -> Table:
    """Return an empty table with its first column; names may hold brackets, so no markup."""
    table = Table(title=Text(title, style="bold"), title_justify="left", box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    return table


def _cell(report: Report, row: Row, key: str, *, with_interval: bool) -> Text:
    """Return a figure, bold if the best, with its interval if wanted and known."""
    value = row.metrics.get(key)
    best = value is not None and is_best(report, key, value)
    text = Text(figure_text(value), style="bold" if best else "")
    if with_interval and key in row.ci95:
        text.append(" [{:.4f}, {:.4f}]".format(*row.ci95[key]), style="dim")
    return text


def _plain(value: float | None) -> str:
    """Return a figure without style."""
    return figure_text(value)
