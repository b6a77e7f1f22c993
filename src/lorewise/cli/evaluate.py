"""``lorewise evaluate``: hold something out, fit without it, and see who finds it."""

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import (
    Config,
    Data,
    Effort,
    EffortOption,
    Json,
    Knowledge,
    Quiet,
    Seed,
    TunedFile,
    UserKnowledge,
)
from lorewise.cli.study_request import StudyRequest
from lorewise.cli.study_text import study_content, study_text
from lorewise.cli.terminal import Terminal
from lorewise.cli.whole_file import whole_file

if TYPE_CHECKING:
    from lorewise.data.dataset import Dataset
    from lorewise.evaluation.knowledge_cost import KnowledgeCost
    from lorewise.evaluation.report import Report


def evaluate(  # noqa: PLR0913  one argument per option
    *,
    data: Data,
    out: Annotated[Path, typer.Option("--out", help="JSON file for the report.")],
    protocol: Annotated[
        str | None,
        typer.Option(
            "--protocol",
            help="What is held out: last-item, temporal, random, cold-items, cold-mixed, "
            "cold-users or sparse.",
        ),
    ] = None,
    algorithms: Annotated[
        str, typer.Option("--algorithms", help="Names joined by commas, such as popularity,rules.")
    ] = "",
    html: Annotated[
        Path | None, typer.Option("--html", help="HTML file for the report with pictures.")
    ] = None,
    effort: EffortOption = Effort.FAST,
    knowledge: Knowledge = None,
    user_knowledge: UserKnowledge = None,
    allow_column: Annotated[
        str,
        typer.Option(
            "--allow-column",
            help="Columns, joined by commas, to use although they look counted over all users.",
        ),
    ] = "",
    knowledge_study: Annotated[
        bool,
        typer.Option(
            "--knowledge-study",
            help="What the lore is worth: also without it, permuted and at random; without "
            "--protocol in every situation, with what it cost.",
        ),
    ] = False,
    scenarios: Annotated[
        str,
        typer.Option(
            "--scenarios",
            help="Situations of the study, joined by commas: cold-items, cold-users, sentence, "
            "tail, sparse, warm; all by default.",
        ),
    ] = "",
    settings: TunedFile = None,
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
    from lorewise.cli.dataset_input import (
        guard_of,
        joined_with_knowledge,
        joined_with_user_knowledge,
        read_dataset,
        read_settings,
    )

    terminal = Terminal(as_json=as_json, quiet=quiet)
    request = StudyRequest(
        protocol=protocol,
        algorithms=_names(algorithms),
        knowledge_study=knowledge_study,
        scenarios=_names(scenarios),
        shuffle_ties=shuffle_ties,
        has_profiles=user_knowledge is not None,
        has_settings=settings is not None,
    )
    dataset = joined_with_knowledge(read_dataset(data, terminal)[0], knowledge, terminal)
    dataset = joined_with_user_knowledge(dataset, user_knowledge, terminal)
    guard = guard_of(data, _names(allow_column), terminal)
    with whole_file(out) as partial, terminal.progress() as progress:
        shared: dict[str, Any] = {"guard": guard, "progress": progress}
        chosen: dict[str, Any] = {"seed": seed, "effort": effort.value}
        if request.is_of_scenarios:
            shared["cost"] = _cost(knowledge)
            report = _study(request, dataset, chosen, shared)
        else:
            shared["tuned"] = read_settings(settings)
            report = _evaluation(request, dataset, chosen | shared)
        partial.write_text(report.to_json(), encoding="utf-8")
    if html is not None:
        _write_page(report, html)
    terminal.result(*_result(report, out))
    return ExitCode.DONE


def _evaluation(request: StudyRequest, dataset: "Dataset", chosen: dict[str, Any]) -> "Report":
    from lorewise.pipeline.study import evaluate as studied

    return studied(
        dataset,
        str(request.protocol),
        request.named,
        knowledge_controls=request.knowledge_study,
        shuffle_ties=request.shuffle_ties,
        **chosen,
    )


def _study(
    request: StudyRequest, dataset: "Dataset", chosen: dict[str, Any], shared: dict[str, Any]
) -> "Report":
    from lorewise.pipeline.knowledge_study import KnowledgeStudySettings, knowledge_study

    settings = KnowledgeStudySettings(
        scenarios=request.scenarios, algorithm=request.algorithm, **chosen
    )
    return knowledge_study(dataset, settings, **shared)


def _cost(knowledge: Sequence[Path] | None) -> "KnowledgeCost | None":
    from lorewise.data.knowledge_file import read_knowledge_entries
    from lorewise.evaluation.knowledge_cost import KnowledgeCost

    if not knowledge:
        return None
    return KnowledgeCost.of(chain.from_iterable(map(read_knowledge_entries, knowledge)))


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _write_page(report: "Report", html: Path) -> None:
    from lorewise.evaluation.html_report import html_report
    from lorewise.evaluation.knowledge_html import knowledge_page
    from lorewise.evaluation.knowledge_report import KnowledgeReport

    with whole_file(html) as partial:
        if isinstance(report, KnowledgeReport):
            partial.write_text(knowledge_page(report), encoding="utf-8")
        else:
            partial.write_text(html_report(report), encoding="utf-8")


def _result(report: "Report", out: Path) -> tuple[str, Mapping[str, Any]]:
    """Return the result as text and as JSON values."""
    from lorewise.evaluation.knowledge_report import KnowledgeReport

    if isinstance(report, KnowledgeReport):
        return study_text(report, out), study_content(report, out)
    rows = {row.algorithm: dict(row.metrics) for row in report.rows}
    return _summary(report, out), {"out": str(out), "rows": rows}


def _summary(report: "Report", out: Path) -> str:
    from lorewise.cli.table_text import table_text
    from lorewise.evaluation.table import comparisons_table, metrics_table, slices_table

    tables = [metrics_table(report), slices_table(report)]
    if report.comparisons:
        tables.append(comparisons_table(report))
    return f"{table_text(tables)}\nall metrics, intervals and settings are in {out}"
