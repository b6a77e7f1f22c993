"""``lorewise inspect``: what a folder of data holds, and what is odd about it."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Json, Quiet
from lorewise.cli.summary_text import lines_of
from lorewise.cli.terminal import Terminal

if TYPE_CHECKING:
    from lorewise.data.dataset import Dataset
    from lorewise.data.inspection import Finding, Inspection


def inspect(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with interactions.*")],
    *,
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Show what a folder of data holds and what is odd about it."""
    from lorewise.cli.dataset_input import read_dataset
    from lorewise.data.inspection import inspect as inspected
    from lorewise.data.inspection import worst_first

    terminal = Terminal(as_json=as_json, quiet=quiet)
    dataset, _ = read_dataset(folder, terminal)
    inspection = inspected(dataset)
    findings = (*inspection.findings, *_refused_columns(dataset, folder))
    inspection = replace(inspection, findings=worst_first(findings))
    terminal.result("\n".join(_lines(inspection)), inspection.to_json_dict())
    return ExitCode.DONE


def _refused_columns(dataset: "Dataset", folder: Path) -> "list[Finding]":
    """Return a finding for each column that an evaluation of this folder refuses."""
    from lorewise.data.inspection import Finding
    from lorewise.data.sources.tagging_table import read_taggings
    from lorewise.pipeline.counted_columns import counted_columns

    return [
        Finding(
            "warning",
            "a column that was counted over all users",
            f"{name!r} {why}",
            "leave it out, for `lorewise evaluate` refuses it; if the values were known before "
            "the events, pass --allow-column there",
        )
        for name, why in counted_columns(dataset, read_taggings(folder)).items()
    ]


def _lines(inspection: "Inspection") -> list[str]:
    said = {"findings", "support"}
    facts = {name: it for name, it in inspection.to_json_dict().items() if name not in said}
    findings = [
        f"{finding.severity}: {finding.what}: {finding.evidence}; {finding.advice}"
        for finding in inspection.findings
    ]
    support = [
        f"{'yes' if it.is_supported else 'no'}: {it.purpose}: {it.reason}"
        for it in inspection.support
    ]
    return [*lines_of(facts, indent=""), "", *findings, "", *support]
