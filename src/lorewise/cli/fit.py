"""``lorewise fit``: learn a recommender from a folder of data and save it."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import (
    Config,
    Data,
    Effort,
    EffortOption,
    HeldOutBy,
    Json,
    Knowledge,
    OnError,
    Quiet,
    Seed,
    TunedFile,
    UserKnowledge,
)
from lorewise.cli.summary_text import lines_of
from lorewise.cli.terminal import Terminal

if TYPE_CHECKING:
    from lorewise.data.dataset import Dataset
    from lorewise.encoders.blocks import Dense
    from lorewise.pipeline.recommender import Recommender


def fit(  # noqa: PLR0913  one argument per option
    *,
    data: Data,
    out: Annotated[
        Path,
        typer.Option(
            "--out", help="Folder to save the model in; an older model there is replaced."
        ),
    ],
    algorithm: Annotated[
        str | None,
        typer.Option("--algorithm", help="One algorithm alone; default: all that pay, fused."),
    ] = None,
    effort: EffortOption = Effort.FAST,
    knowledge: Knowledge = None,
    user_knowledge: UserKnowledge = None,
    encoder: Annotated[
        str,
        typer.Option(
            "--encoder",
            help="Of what texts mean: auto, none, static, multilingual, folder:PATH or "
            "endpoint:URL#MODEL; `lorewise advise` compares them.",
        ),
    ] = "auto",
    settings: TunedFile = None,
    hold_out: Annotated[
        HeldOutBy,
        typer.Option(
            "--hold-out",
            help="What to choose by: last-item, what each user did last; temporal, all that came "
            "after one moment, which suits lists for the days to come.",
        ),
    ] = HeldOutBy.LAST_ITEM,
    like: Annotated[
        Path | None,
        typer.Option(
            "--like",
            help="Folder of an earlier model: take its settings and weights, choose nothing anew.",
        ),
    ] = None,
    seed: Seed = 42,
    on_error: Annotated[
        OnError, typer.Option("--on-error", help="What to do about rows that cannot be read.")
    ] = OnError.REFUSE,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="CSV file for the rows that were skipped.")
    ] = None,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Learn a recommender from a folder of data and save it.

    Ends with 0 only if the saved model loads again, with 3 if rows were skipped.
    """
    from lorewise.cli.dataset_input import (
        joined_with_knowledge,
        joined_with_tags,
        joined_with_user_knowledge,
        read_dataset,
        read_settings,
        tell_of_counted_columns,
    )
    from lorewise.cli.encoder_option import checked_encoder
    from lorewise.storage.folder_check import check_replaceable

    if like is not None and (algorithm or settings or effort != Effort.FAST):
        raise typer.BadParameter(
            "an earlier model says all of that; give --like without --algorithm, --effort and "
            "--settings",
            param_hint="--like",
        )
    check_replaceable(out)  # better now than after the fit
    dense = checked_encoder(encoder)
    tuned = read_settings(settings)
    terminal = Terminal(as_json=as_json, quiet=quiet)
    dataset, n_skipped = read_dataset(data, terminal, on_error=on_error.value, rejects=rejects)
    dataset = joined_with_knowledge(dataset, knowledge, terminal)
    dataset = joined_with_user_knowledge(dataset, user_knowledge, terminal)
    dataset = joined_with_tags(dataset, data, terminal)
    tell_of_counted_columns(dataset, terminal)
    chosen = {
        "algorithm": algorithm,
        "effort": effort.value,
        "seed": seed,
        "dense": dense,
        "tuned": tuned and tuned.by_algorithm,
        "hold_out": hold_out.value,
    }
    if like is None:
        content = _fit_and_save(dataset, out, chosen, terminal)
    else:
        content = _refit_and_save(dataset, out, like, dense, terminal)
    content["n_skipped"] = n_skipped
    terminal.result(_summary(out, content), content)
    return ExitCode.PARTLY_DONE if n_skipped else ExitCode.DONE


def _fit_and_save(
    dataset: "Dataset", out: Path, chosen: dict[str, Any], terminal: Terminal
) -> dict[str, Any]:
    """Return what the summary says."""
    from lorewise.pipeline.recommender import Recommender

    plan = Recommender.plan(dataset, effort=chosen["effort"])
    terminal.note(plan.text)
    started = time.monotonic()
    with terminal.progress() as progress:
        recommender = Recommender.fit(dataset, **chosen, progress=progress)
    return _about(recommender, out, started) | {"plan": asdict(plan)}


def _refit_and_save(
    dataset: "Dataset", out: Path, like: Path, dense: "Dense", terminal: Terminal
) -> dict[str, Any]:
    """Return what the summary says."""
    from lorewise.pipeline.recommender import Recommender

    started = time.monotonic()
    earlier = Recommender.load(like)
    with terminal.progress() as progress:
        recommender = earlier.refit(dataset, progress=progress, dense=dense)
    return _about(recommender, out, started)


def _about(recommender: "Recommender", out: Path, started: float) -> dict[str, Any]:
    """Save it, and return what is to be said of it."""
    saved = _saved(recommender, out)
    elapsed_s = round(time.monotonic() - started, 2)
    return {"model": str(out), "elapsed_s": elapsed_s, "summary": saved.summary}


def _saved(recommender: "Recommender", out: Path) -> "Recommender":
    """Save it, and return what loads from there."""
    recommender.save(out)
    return type(recommender).load(out)


def _summary(out: Path, content: dict[str, Any]) -> str:
    head = f"model saved in {out} after {content['elapsed_s']} s"
    tail = f"next: lorewise recommend --model {out} --users all --out recommendations.parquet"
    return "\n".join([head, *lines_of(content["summary"]), tail])
