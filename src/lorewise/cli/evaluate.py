"""``lorewise evaluate``: hold something out, fit without it, and see who finds it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Config, Data, Effort, EffortOption, Json, Knowledge, Quiet, Seed
from lorewise.cli.terminal import Terminal
from lorewise.cli.whole_file import whole_file

if TYPE_CHECKING:
    from lorewise.evaluation.report import Report


def evaluate(  # noqa: PLR0913  one argument per option
    *,
    data: Data,
    protocol: Annotated[
        str,
        typer.Option(
            "--protocol",
            help="What is held out: last-item, temporal, random, cold-items, cold-mixed, "
            "cold-users or sparse.",
        ),
    ],
    algorithms: Annotated[
        str, typer.Option("--algorithms", help="Names joined by commas, such as popularity,rules.")
    ],
    out: Annotated[Path, typer.Option("--out", help="JSON file for the report.")],
    html: Annotated[
        Path | None, typer.Option("--html", help="HTML file for the report with pictures.")
    ] = None,
    effort: EffortOption = Effort.FAST,
    knowledge: Knowledge = None,
    knowledge_study: Annotated[
        bool,
        typer.Option("--knowledge-study", help="Also without it, permuted, and at random."),
    ] = False,
    shuffle_ties: Annotated[
        bool,
        typer.Option("--shuffle-ties", help="Also with rows of equal time in a random order."),
    ] = False,
    seed: Seed = 42,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Measure algorithms on data that they have not seen."""
    from lorewise.cli.dataset_input import joined_with_knowledge, read_dataset
    from lorewise.pipeline.study import evaluate as studied

    terminal = Terminal(as_json=as_json, quiet=quiet)
    dataset = joined_with_knowledge(read_dataset(data, terminal)[0], knowledge, terminal)
    with whole_file(out) as partial, terminal.progress() as progress:
        report = studied(
            dataset,
            protocol,
            [name.strip() for name in algorithms.split(",") if name.strip()],
            seed=seed,
            effort=effort.value,
            progress=progress,
            knowledge_controls=knowledge_study,
            shuffle_ties=shuffle_ties,
        )
        partial.write_text(report.to_json(), encoding="utf-8")
    if html is not None:
        _write_page(report, html)
    content = {"out": str(out), "rows": {row.algorithm: dict(row.metrics) for row in report.rows}}
    terminal.result(_summary(report, out), content)
    return ExitCode.DONE


def _write_page(report: "Report", html: Path) -> None:
    from lorewise.evaluation.html_report import html_report

    with whole_file(html) as partial:
        partial.write_text(html_report(report), encoding="utf-8")


def _summary(report: "Report", out: Path) -> str:
    from lorewise.cli.table_text import table_text
    from lorewise.evaluation.table import comparisons_table, metrics_table, slices_table

    tables = [metrics_table(report), slices_table(report)]
    if report.comparisons:
        tables.append(comparisons_table(report))
    return f"{table_text(tables)}\nall metrics, intervals and settings are in {out}"
