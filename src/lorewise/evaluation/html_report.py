"""The report as one HTML page that loads nothing from elsewhere."""

from html import escape
from importlib.resources import files
from string import Template

from lorewise.evaluation.charts import popularity_chart, slices_chart, tradeoff_chart
from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.html_tables import (
    comparisons_table,
    costs_table,
    details,
    facts,
    guide_list,
    metrics_tables,
    slices_table,
    values_table,
)
from lorewise.evaluation.metric_guide import ACCURACY, BEYOND, cutoffs, metric_label, shown_metrics
from lorewise.evaluation.report import Report, Row


def html_report(report: Report, *, title: str | None = None) -> str:
    """Return the whole page: tables, pictures, comparisons, data and settings.

    It follows the reader's light or dark theme, prints in light, and every picture's values
    stand in a table too. All names are escaped. ``title`` defaults to the protocol's.
    """
    ks = cutoffs(report)
    main = main_metric(report)
    parts = {
        "title": escape(title or f"Evaluation: {report.protocol}"),
        "css": template("report.css"),
        "facts": facts(report),
        "lead": _lead(report, main),
        "accuracy": metrics_tables(report, ACCURACY, ks) + costs_table(report),
        "beyond": metrics_tables(report, BEYOND, ks),
        "tradeoff": _tradeoff(report, main),
        "slices": _slices(report, main),
        "popularity": _popularity(report),
        "comparisons": comparisons_table(report),
        "conditions": _conditions(report),
        "guide": guide_list(report, ks),
    }
    return Template(template("report.html")).substitute(parts)


def main_metric(report: Report) -> str:
    """Return the key of the metric that sums up: NDCG at the first cutoff, if it is there."""
    shown = [key for k in cutoffs(report) for key in shown_metrics(report, ACCURACY, k)]
    return shown[0] if shown else ""


def _lead(report: Report, metric: str) -> str:
    """Return the result in a sentence or two."""
    rows = [row for row in report.rows if metric in row.metrics]
    if not rows:
        return ""
    best = max(rows, key=lambda row: row.metrics[metric])
    sentences = [_best_sentence(best, metric)]
    sentences += [
        _gain_sentence(found)
        for found in report.comparisons
        if found.algorithm == best.algorithm and found.metric == metric
    ]
    return f'<p class="lead">{" ".join(sentences)}</p>'


def _best_sentence(best: Row, metric: str) -> str:
    """Say which algorithm is first."""
    label = metric_label(metric)
    interval = best.ci95.get(metric)
    between = " ({:.4f} to {:.4f})".format(*interval) if interval else ""
    return (
        f"<strong>{escape(best.algorithm)}</strong> has the highest {escape(label)}, "
        f"{best.metrics[metric]:.4f}{between}."
    )


def _gain_sentence(found: Comparison) -> str:
    """Say by how much, and whether chance explains it."""
    low, high = found.ci95
    return (
        f"It differs from {escape(found.reference)} by {found.difference:+.4f} "
        f"({low:+.4f} to {high:+.4f}), p = {found.p_holm:.4f} after correction."
    )


def _tradeoff(report: Report, metric: str) -> str:
    """Return the picture of accuracy against coverage, if both are known."""
    coverage = f"coverage@{metric.rpartition('@')[2]}"
    if not any({metric, coverage} <= row.metrics.keys() for row in report.rows):
        return ""
    return figure(
        tradeoff_chart(report, metric, coverage),
        "Higher finds more, further right shows more of the catalog. Vertical lines are 95 % "
        "intervals.",
    )


def _slices(report: Report, metric: str) -> str:
    """Return the slices' picture and table."""
    if not any(row.slices for row in report.rows):
        return '<p class="note">No slices were measured.</p>'
    picture = figure(
        slices_chart(report, metric),
        "Head items are the most popular fifth of the catalog in training, tail items all others, "
        "cold items those without any interaction. "
        f"{_bounds(report)}Untied targets came later than the event before them.",
    )
    return picture + slices_table(report, metric)


def _bounds(report: Report) -> str:
    """Say how many training events make a user sparse or active, if the rows state it."""
    found = report.rows[0].slices
    few = found.get("sparse_users", {}).get("max_events")
    many = found.get("active_users", {}).get("min_events")
    if few is None or many is None:
        return ""
    return f"Sparse users have at most {few:g} training events, active users at least {many:g}. "


def _popularity(report: Report) -> str:
    """Return the popularity curves, if any row has one."""
    if not any(row.exposure_curve for row in report.rows):
        return '<p class="note">No exposure was measured.</p>'
    return figure(
        popularity_chart(report),
        "Share of all recommended places that the most popular items take. A line above the "
        "dashed one concentrates on popular items more than people did.",
    )


def _conditions(report: Report) -> str:
    """Return what one needs to repeat the evaluation."""
    tables = [values_table("Data.", report.data), values_table("Settings.", report.settings)]
    return tables[0] + details("All settings", tables[1])


def figure(svg: str, caption: str) -> str:
    """Return a picture with its caption."""
    return f"<figure>\n{svg}\n<figcaption>{escape(caption)}</figcaption>\n</figure>\n"


def template(name: str) -> str:
    """Return the text of a file that comes with the package."""
    return files("lorewise.evaluation").joinpath("templates", name).read_text("utf-8")
