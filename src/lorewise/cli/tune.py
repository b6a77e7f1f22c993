"""``lorewise tune``: search the settings of models, each with the same number of trials."""

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Config, Data, Effort, EffortOption, Json, Knowledge, Quiet, Seed
from lorewise.cli.terminal import Terminal
from lorewise.cli.whole_file import whole_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lorewise.data.dataset import Dataset
    from lorewise.pipeline.settings_search import Found, SearchSettings


class Goal(StrEnum):
    """What the settings are to be good at."""

    EVENTS = "events"
    NEW_ITEMS = "new-items"


def tune(  # noqa: PLR0913  one argument per option
    *,
    data: Data,
    algorithms: Annotated[
        str, typer.Option("--algorithms", help="Names joined by commas, such as als,rules.")
    ],
    out: Annotated[Path, typer.Option("--out", help="JSON file for the settings that are found.")],
    protocol: Annotated[
        str | None,
        typer.Option(
            "--protocol",
            help="Tune on what `lorewise evaluate` with this protocol and seed leaves for "
            "training; default: on everything, for use and not for evaluation.",
        ),
    ] = None,
    goal: Annotated[
        Goal,
        typer.Option("--goal", help="What users did last (NDCG@10), or new items (NDCG@20)."),
    ] = Goal.EVENTS,
    trials: Annotated[
        int, typer.Option("--trials", min=1, help="Of each model, its defaults included.")
    ] = 30,
    minutes: Annotated[
        float,
        typer.Option("--minutes", min=0, help="No round of trials begins that would end later."),
    ] = 60.0,
    effort: EffortOption = Effort.FAST,
    knowledge: Knowledge = None,
    seed: Seed = 42,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Search the settings of models on held-out parts of the data.

    Trials are kept beside the result, in a file that ends in .trials: the same command goes on
    from there. The figures flatter, as the best of many do; to measure what was found, tune with
    --protocol and hand the result to `lorewise evaluate --settings`.
    """
    from lorewise.cli.dataset_input import guard_of, joined_with_knowledge, read_dataset
    from lorewise.pipeline.settings_search import SearchSettings, check_searchable

    names = [name.strip() for name in algorithms.split(",") if name.strip()]
    check_searchable(names)
    settings = SearchSettings(
        goal=goal.value, n_trials=trials, minutes=minutes, effort=effort.value, seed=seed
    )
    terminal = Terminal(as_json=as_json, quiet=quiet)
    dataset = joined_with_knowledge(read_dataset(data, terminal)[0], knowledge, terminal)
    if protocol is not None:
        dataset = guard_of(data, [], terminal).split(dataset, protocol, seed).train
    with whole_file(out) as partial:
        found = _found(dataset, names, settings, out, terminal)
        content = _content(dataset, settings, found)
        partial.write_text(json.dumps(content, indent=2), encoding="utf-8")
    terminal.result(_summary(found, out), content | {"out": str(out)})
    return ExitCode.DONE


def _found(
    dataset: "Dataset", names: list[str], settings: "SearchSettings", out: Path, terminal: Terminal
) -> "dict[str, Found]":
    from lorewise.pipeline.settings_search import search_settings

    with terminal.progress() as progress:
        return search_settings(
            dataset,
            names,
            settings,
            trials=out.with_name(f"{out.name}.trials"),
            progress=progress,
        )


def _content(
    dataset: "Dataset", settings: "SearchSettings", found: "Mapping[str, Found]"
) -> dict[str, Any]:
    return {
        "dataset_fingerprint": dataset.fingerprint,
        "search": asdict(settings),
        "algorithms": {name: asdict(best) for name, best in found.items()},
    }


def _summary(found: "Mapping[str, Found]", out: Path) -> str:
    from rich.table import Table

    from lorewise.cli.table_text import table_text

    table = Table("algorithm", title="NDCG on held-out parts", title_justify="left", box=None)
    for name in ("trials", "defaults", "best"):
        table.add_column(name, justify="right")
    for name, best in found.items():
        figures = (f"{best.ndcg_of_defaults:.4f}", f"{best.ndcg:.4f}")
        table.add_row(name, str(best.n_trials), *figures)
    tail = f"settings saved in {out}; next: lorewise fit --algorithm NAME --settings {out}"
    return f"{table_text([table])}\n{tail}"
