"""A dataset as the command line names it: a path, and knowledge if there is some."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from lorewise.cli.terminal import Terminal
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import n_matched, read_knowledge_entries, with_knowledge
from lorewise.data.knowledge_files import read_knowledge_files
from lorewise.data.sources import read_with_report
from lorewise.data.user_knowledge import profiled_users, with_user_knowledge


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
