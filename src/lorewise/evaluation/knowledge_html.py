"""The knowledge study as one HTML page, in the form of the ordinary report."""

from html import escape
from string import Template

from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.confidence import ConfidenceCheck, ConfidenceLevel
from lorewise.evaluation.html_report import figure, template
from lorewise.evaluation.html_tables import details, facts, html_table, metrics_tables, values_table
from lorewise.evaluation.knowledge_charts import gains_chart
from lorewise.evaluation.knowledge_report import Cell, KnowledgeReport, KnowledgeTable
from lorewise.evaluation.knowledge_verdict import is_beyond_chance, signed
from lorewise.evaluation.metric_guide import ACCURACY, BEYOND, cutoffs, metric_label

TEXT = ' class="text"'


def knowledge_page(report: KnowledgeReport) -> str:
    """Return the whole page: verdicts, the table, a picture, confidence, and all figures."""
    study, ks = report.study, cutoffs(report)
    parts = {
        "title": "What knowledge is worth",
        "css": template("report.css"),
        "facts": facts(report),
        "caveat": escape(study.caveat),
        "verdicts": _verdicts(study),
        "table": _table(study),
        "gains": figure(
            gains_chart(study),
            "Right of the line: better than without knowledge. Lines are 95 % intervals of the "
            "paired difference. Permuted and random lore are controls and should stay at the line.",
        ),
        "cost": escape(f"The lore was made {study.cost.stated()}."),
        "confidence": _confidence(study.confidence),
        "meanings": _meanings(study),
        "figures": details("Accuracy", metrics_tables(report, ACCURACY, ks))
        + details("Beyond accuracy", metrics_tables(report, BEYOND, ks)),
        "conditions": values_table("Data.", report.data)
        + details("All settings", values_table("Settings.", report.settings)),
    }
    return Template(template("knowledge_study.html")).substitute(parts)


def _verdicts(study: KnowledgeTable) -> str:
    lines = [
        f'<li class="{"up" if found.verdict.pays else ""}">{escape(found.verdict.sentence)}</li>'
        for found in study.scenarios
    ]
    lines += [
        f"<li>{escape(name)} was left out: {escape(why)}.</li>"
        for name, why in study.left_out.items()
    ]
    return f"<ul>{''.join(lines)}</ul>"


def _table(study: KnowledgeTable) -> str:
    heads = [f"{found.name}, {metric_label(found.metric)}" for found in study.scenarios]
    rows = [
        (variant.name, [_cell(study.cell(found.name, variant.name)) for found in study.scenarios])
        for variant in study.variants
    ]
    users = [f"<td>{found.n_users:,}</td>" for found in study.scenarios]
    return html_table(
        "Means over users; below them the gain over the row without knowledge with its 95 % "
        "interval, colored where it is beyond chance after Holm's correction for the rows of the "
        "column.",
        ["Knowledge", *heads],
        [*rows, ("Users", users)],
    )


def _cell(cell: Cell) -> str:
    return f"<td>{cell.value:.4f}{'' if cell.gain is None else _gain(cell.gain)}</td>"


def _gain(gain: Comparison) -> str:
    low, high = gain.ci95
    tone = "up" if is_beyond_chance(gain, 1) else "down" if is_beyond_chance(gain, -1) else ""
    words = f"{signed(gain.difference)} ({signed(low)} to {signed(high)})"
    return f'<small class="{tone}">{words}</small>'


def _confidence(check: ConfidenceCheck | None) -> str:
    if check is None:
        return '<p class="note">Confidence was not checked: that takes cold items.</p>'
    verdict = f"<p>{escape(check.verdict)}</p>"
    if not check.levels:
        return verdict
    return verdict + html_table(
        "Quality: the share of other cold items that an item was ranked above, for those who chose "
        "it. Gain: the same less what it is without lore.",
        ["Stated confidence", "Items", "Quality", "Gain"],
        [(level.stated, _level(level)) for level in check.levels],
    )


def _level(level: ConfidenceLevel) -> list[str]:
    return [
        f"<td>{level.n_items:,}</td>",
        f"<td>{level.quality:.4f}{_between(level.ci95)}</td>",
        f"<td>{level.gain:+.4f}{_between(level.gain_ci95)}</td>",
    ]


def _between(interval: tuple[float, float]) -> str:
    return "<small>{:.4f} to {:.4f}</small>".format(*interval)


def _meanings(study: KnowledgeTable) -> str:
    pairs = [(variant.name, variant.about) for variant in study.variants]
    pairs += [(scenario.name, scenario.about) for scenario in study.scenarios]
    terms = (f"<dt>{escape(name)}</dt><dd>{escape(about)}</dd>" for name, about in pairs)
    return f'<dl class="guide">{"".join(terms)}</dl>'
