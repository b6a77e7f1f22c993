"""What a knowledge study found, in words and tables for a terminal and as one JSON object."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lorewise.evaluation.knowledge_report import KnowledgeReport


def study_content(report: "KnowledgeReport", out: Path) -> Mapping[str, Any]:
    """Return the table and the verdicts as JSON values."""
    study = report.study
    return {
        "out": str(out),
        "usd_per_1000_items": study.cost.usd_per_1000_items,
        "verdicts": {found.name: asdict(found.verdict) for found in study.scenarios},
        "table": {
            found.name: {
                variant.name: study.cell(found.name, variant.name).value
                for variant in study.variants
            }
            for found in study.scenarios
        },
        "confidence": None if study.confidence is None else study.confidence.verdict,
        "left_out": dict(study.left_out),
    }


def study_text(report: "KnowledgeReport", out: Path) -> str:
    """Return the table, the verdicts, and what to mind."""
    from lorewise.cli.table_text import table_text
    from lorewise.evaluation.table import knowledge_table

    return "\n".join([table_text([knowledge_table(report.study)]), *_lines(report, out)])


def _lines(report: "KnowledgeReport", out: Path) -> Iterator[str]:
    study = report.study
    yield "Below each figure: its gain over none; * beyond chance, corrected for the rows.\n"
    yield from (found.verdict.sentence for found in study.scenarios)
    yield from (f"{name} was left out: {why}." for name, why in study.left_out.items())
    if study.confidence is not None:
        yield f"\n{study.confidence.verdict}"
    yield f"\nMind: {study.caveat}"
    yield f"all metrics, intervals and settings are in {out}"
