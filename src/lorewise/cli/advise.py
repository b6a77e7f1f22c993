"""``lorewise advise``: which encoder and whose knowledge to take for this catalog."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lorewise.cli.advise_candidates import CandidateOptions, candidates_of
from lorewise.cli.enrich_options import AskedIn, Domain, DomainOption, LanguageOption, PromptFile
from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Config, Data, Json, Quiet, Seed
from lorewise.cli.terminal import Terminal
from lorewise.cli.whole_file import whole_file

if TYPE_CHECKING:
    from lorewise.data.dataset import Dataset
    from lorewise.pipeline.advising import Advice, AdviceSettings, Field

SAMPLE, ASKED_SAMPLE = 1_500, 400
"""Items looked at by default; fewer where a language model is asked about each."""


def advise(  # noqa: PLR0913  one argument per option
    *,
    data: Data,
    encoders: Annotated[
        str,
        typer.Option(
            "--encoders",
            help="Joined by commas: none, static, multilingual, folder:PATH, endpoint:URL#MODEL "
            "(then @USD for a million tokens, if it is not free); default: all installed.",
        ),
    ] = "",
    language_model: Annotated[
        str,
        typer.Option(
            "--language-model",
            help="Joined by commas: knowledge files (.jsonl), stores (sqlite:///FILE), and models "
            "to ask, URL#MODEL (then @USD/USD for a million tokens of prompts and answers).",
        ),
    ] = "",
    store: Annotated[
        str | None,
        typer.Option("--store", help="Database for what models answer; default: in the cache."),
    ] = None,
    domain: DomainOption = Domain.GENERIC,
    language: LanguageOption = AskedIn.AUTO,
    prompt: PromptFile = None,
    budget_usd: Annotated[
        float | None,
        typer.Option("--budget-usd", min=0, help="The most that the whole catalog may cost."),
    ] = None,
    hours: Annotated[
        float, typer.Option("--hours", min=0, help="The most that encoding it here may take.")
    ] = 8.0,
    sample: Annotated[
        int | None, typer.Option("--sample", min=50, help="Items that are looked at.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="JSON file for all figures.")] = None,
    seed: Seed = 42,
    config: Config = None,  # noqa: ARG001  read before the others
    as_json: Json = False,
    quiet: Quiet = False,
) -> ExitCode:
    """Try encoders and knowledge on a part of the catalog, and pick what pays.

    Judged by NDCG@20 on items whose events are held out: what is known of an item matters most
    where nobody has touched it yet.
    """
    from lorewise.cli.dataset_input import read_dataset
    from lorewise.pipeline.advising import AdviceSettings, limits_of_this_machine

    options = CandidateOptions(
        encoders=encoders,
        language_models=language_model,
        store=store,
        domain=domain.value,
        language=language.value,
        prompt=prompt,
        budget_usd=budget_usd,
    )
    terminal = Terminal(as_json=as_json, quiet=quiet)
    dataset, _ = read_dataset(data, terminal)
    field = candidates_of(options, dataset)
    settings = AdviceSettings(
        n_items=sample or (ASKED_SAMPLE if field.inquirers else SAMPLE),
        limits=limits_of_this_machine(budget_usd, hours),
        seed=seed,
    )
    _tell(_advice(dataset, field, settings, terminal), out, terminal)
    return ExitCode.DONE


def _advice(
    dataset: "Dataset", field: "Field", settings: "AdviceSettings", terminal: Terminal
) -> "Advice":
    from lorewise.pipeline.advising import advise as advised

    with terminal.progress() as progress:
        return advised(dataset, field, settings, progress)


def _tell(advice: "Advice", out: Path | None, terminal: Terminal) -> None:
    from lorewise.cli.advise_text import advice_text

    content = advice.to_json_dict()
    if out is not None:
        with whole_file(out) as partial:
            partial.write_text(json.dumps(content, indent=2), encoding="utf-8")
    terminal.result(advice_text(advice), content)
