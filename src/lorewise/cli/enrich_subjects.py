"""Whom `lorewise enrich` asks about, in which order, and with which prompt."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import typer

from lorewise.errors import DataError

if TYPE_CHECKING:
    from lorewise.data.dataset import Dataset
    from lorewise.knowledge.prompt import Prompt
    from lorewise.knowledge.subjects import Subject

Subjects = Callable[[], Iterator["Subject"]]


@dataclass(frozen=True, kw_only=True)
class SubjectOptions:
    """What the command line says about subjects and prompt."""

    what: Literal["items", "users"]
    domain: Literal["generic", "shop", "social", "film_music", "smart_home"]
    language: Literal["auto", "en", "zh"]
    prompt: Path | None
    names: Path | None
    audience: bool
    """Cold items only, and which users would take them."""

    most_needed: bool
    limit: int | None
    cut: str | None

    def __post_init__(self) -> None:
        if self.audience and self.what == "users":
            raise typer.BadParameter("--audience is about cold items; write `enrich items`")
        if self.cut is not None and self.what == "items":
            raise typer.BadParameter("--cut is about histories; write `enrich users`")


def chosen_subjects(dataset: "Dataset", options: SubjectOptions) -> Subjects:
    """Return the subjects to ask about; each call begins anew."""
    every = _users(dataset, options) if options.what == "users" else _items(dataset, options)
    if options.most_needed:
        every = _neediest_first(every, _n_events(dataset))
    return lambda: islice(every(), options.limit)


def chosen_prompt(options: SubjectOptions, subjects: Subjects) -> "Prompt":
    """Return the prompt file that was named, or else ours in the subjects' language."""
    from lorewise.knowledge.enrichment_language import language_of
    from lorewise.knowledge.prompt import Prompt

    wanted: Literal["items", "users", "audience"] = "audience" if options.audience else options.what
    if options.prompt is None:
        language = language_of(subjects()) if options.language == "auto" else options.language
        return Prompt.load(options.domain, wanted, language)
    prompt = Prompt.of_file(options.prompt)
    if prompt.kind != wanted:
        raise typer.BadParameter(
            f"{options.prompt} is a prompt for {prompt.kind}, but {wanted} are asked about; "
            "give another file or leave --prompt out"
        )
    return prompt


def names_in(path: Path | None) -> list[str]:
    """Return the file's lines that are not empty."""
    try:
        text = "" if path is None else path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text: {error}; give one name a line") from error
    return [line.strip() for line in text.split("\n") if line.strip()]


def untold_columns(dataset: "Dataset", what: Literal["items", "users"]) -> dict[str, str]:
    """Return the columns that no model is told, since they count what all users did, and why.

    It would come back in the model's words, where nothing recognizes it.
    """
    from lorewise.pipeline.counted_columns import counted_columns

    table = dataset.item_table if what == "items" else dataset.user_table
    found = counted_columns(dataset, None)
    return {name: why for name, why in found.items() if name in table.columns}


def _items(dataset: "Dataset", options: SubjectOptions) -> Subjects:
    from lorewise.knowledge.subjects import item_subjects

    without = untold_columns(dataset, "items")
    if not options.audience:
        return lambda: item_subjects(dataset, without=without)
    n_events = _n_events(dataset)
    return lambda: (
        it for it in item_subjects(dataset, without=without) if not n_events["item", it.id]
    )


def _users(dataset: "Dataset", options: SubjectOptions) -> Subjects:
    from lorewise.knowledge.cut import Cut
    from lorewise.knowledge.histories import HistorySettings
    from lorewise.knowledge.subjects import user_subjects

    cut = None if options.cut is None else Cut.of(options.cut)
    settings = HistorySettings(with_times=options.domain == "smart_home")
    without = untold_columns(dataset, "users")
    subjects = partial(user_subjects, dataset, cut=cut, settings=settings, without=without)
    subjects()  # a cut that cannot be made is refused now
    return subjects


def _n_events(dataset: "Dataset") -> Mapping[tuple[str, str], int]:
    """Return how often each item and each user stands in the interactions."""
    n_of_users = dataset.offsets[1:] - dataset.offsets[:-1]
    items = zip(dataset.items.ids, dataset.item_counts.tolist(), strict=True)
    users = zip(dataset.users.ids, n_of_users.tolist(), strict=True)
    return {("item", key): n for key, n in items} | {("user", key): n for key, n in users}


def _neediest_first(every: Subjects, n_events: Mapping[tuple[str, str], int]) -> Subjects:
    """Return those with fewest events first; those with as many stay in the order of digests."""
    ordered = sorted(every(), key=lambda subject: n_events[subject.kind, subject.id])
    return lambda: iter(ordered)
