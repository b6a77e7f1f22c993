"""A dataset as the command line names it: a path, and knowledge if there is some."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from lorewise.cli.terminal import Terminal
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import n_matched, read_knowledge_entries, with_knowledge
from lorewise.data.knowledge_files import read_knowledge_files
from lorewise.data.sources import read_with_report
from lorewise.data.sources.tagging_table import read_taggings
from lorewise.data.taggings import with_tags
from lorewise.data.user_knowledge import profiled_users, with_user_knowledge
from lorewise.pipeline.counted_columns import counted_columns, repeated_columns
from lorewise.pipeline.leakage_guard import LeakageGuard
from lorewise.pipeline.tuned_settings import TunedSettings, read_tuned


def read_dataset(
    data: Path,
    terminal: Terminal,
    *,
    on_error: Literal["refuse", "skip"] = "refuse",
    rejects: Path | None = None,
) -> tuple[Dataset, int]:
    """Return the dataset and how many rows were skipped; tell about them.

    Raises:
        DataError: The data break a rule; the message names it.
    """
    report = read_with_report(data, on_error=on_error, rejects=rejects)
    if len(report.rejects):
        first = report.rejects.row(0, named=True)
        terminal.note(
            f"skipped {len(report.rejects)} bad rows, first {first['file']} {first['row']}: "
            f"{first['value']!r} {first['reason']}"
        )
    return report.dataset, len(report.rejects)


def joined_with_knowledge(
    dataset: Dataset, knowledge: Sequence[Path] | None, terminal: Terminal
) -> Dataset:
    """Return the dataset with the knowledge in these files, if any; tell how many items have some.

    Raises:
        DataError: The knowledge breaks a rule, says one thing twice, or speaks of none of the
            items.
    """
    if not knowledge:
        return dataset
    known = read_knowledge_files(knowledge)
    terminal.note(f"knowledge about {n_matched(dataset, known)} of {dataset.n_items} items")
    return with_knowledge(dataset, known)


def joined_with_user_knowledge(
    dataset: Dataset, profiles: Path | None, terminal: Terminal
) -> Dataset:
    """Return the dataset with the profiles in that file, if any; tell how many users have one.

    Raises:
        DataError: The file breaks a rule, or speaks of none of the users.
    """
    if profiles is None:
        return dataset
    joined = with_user_knowledge(dataset, read_knowledge_entries(profiles, kind="user"))
    terminal.note(f"profiles of {len(profiled_users(joined))} of {dataset.n_users} users")
    return joined


def joined_with_tags(dataset: Dataset, data: Path, terminal: Terminal) -> Dataset:
    """Return the dataset with what users call its items, where the folder has a table of tags.

    Columns that repeat the table are left out, or their tags would count twice; tell which.

    Raises:
        DataError: The table cannot be read.
    """
    taggings = read_taggings(data)
    if taggings is None:
        return dataset
    terminal.note(f"{len(taggings.rows)} tags by users describe items")
    repeated = repeated_columns(dataset, taggings)
    for name, why in repeated.items():
        terminal.note(f"column {name!r} {why}: it is left out")
    return with_tags(_without(dataset, repeated), taggings)


def tell_of_counted_columns(dataset: Dataset, terminal: Terminal) -> None:
    """Name the columns that an evaluation refuses since they were counted over all users."""
    for name, why in counted_columns(dataset, None).items():
        terminal.note(f"column {name!r} {why}: `lorewise evaluate` refuses it unless allowed")


def _without(dataset: Dataset, columns: Collection[str]) -> Dataset:
    lore = tuple(name for name in dataset.lore_columns if name not in columns)
    return replace(dataset, item_table=dataset.item_table.drop(columns), lore_columns=lore)


def read_settings(path: Path | None) -> TunedSettings | None:
    """Return the settings in this file; None without one."""
    return None if path is None else read_tuned(path)


def guard_of(data: Path, allowed_columns: list[str], terminal: Terminal) -> LeakageGuard:
    """Return what splits this folder's data; tags beside them are counted by it."""
    taggings = read_taggings(data)
    if taggings is not None:
        terminal.note(f"{len(taggings.rows)} tags by users: those known in training describe items")
    return LeakageGuard(taggings=taggings, allowed_columns=allowed_columns)
