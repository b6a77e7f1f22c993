"""What users did, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.knowledge.injections import neutralised
from lorewise.knowledge.told_columns import TAG_SEPARATOR, in_words, told_columns

_GENRES = ("genres", "genre", "categories", "category", "tags", "类型", "分类", "类别", "标签")
_MOST_GENRES = 4


@dataclass(frozen=True, kw_only=True)
class HistorySettings:
    """How much of a history is told."""

    n_newest: int = 50
    """Events told at most, the newest; at least 1. Older ones count for the digest."""

    with_times: bool = False
    """Whether each event says its weekday and hour (UTC), as habits in a home need it."""


@dataclass(frozen=True)
class HistoryWords:
    """Puts events of one dataset into words."""

    dataset: Dataset
    item_words: Sequence[str]
    """Title and genres of each item, cleaned of what speaks to the model."""

    settings: HistorySettings

    @classmethod
    def of(cls, dataset: Dataset, settings: HistorySettings) -> Self:
        """Read the titles and genres of the catalog."""
        return cls(dataset, _item_words(dataset), settings)

    def oldest(self, user_number: int, n_events: int) -> str:
        """Return the user's oldest ``n_events`` events, oldest first, one a line.

        Only the newest of these are told, as the settings say.
        """
        start = int(self.dataset.offsets[user_number])
        first = start + max(0, n_events - self.settings.n_newest)
        return "\n".join(self._line(row) for row in range(first, start + n_events))

    def _line(self, row: int) -> str:
        dataset = self.dataset
        verdict = "disliked" if dataset.weights[row] < 0 else "liked"
        rating = dataset.ratings[row]
        rated = "" if np.isnan(rating) else f" ({rating:g})"
        when = f"{_hour(dataset.timestamps_s[row])} " if self._has_hours else ""
        return f"{when}{verdict}{rated}: {self.item_words[dataset.item_numbers[row]]}"

    @property
    def _has_hours(self) -> bool:
        return self.settings.with_times and self.dataset.has_times


def _hour(timestamp_s: int) -> str:
    return datetime.fromtimestamp(int(timestamp_s), UTC).strftime("%a %H:%M")


def _first_few(tags: str) -> str:
    return TAG_SEPARATOR.join(tags.split(TAG_SEPARATOR)[:_MOST_GENRES])


def _item_words(dataset: Dataset) -> list[str]:
    table = dataset.item_table
    roles = told_columns(table, without=dataset.lore_columns)
    titles = [name for name, role in roles.items() if role.kind == "title"]
    tags = [name for name, role in roles.items() if role.kind == "tags"]
    genres = [name for name in tags if name.lower() in _GENRES] or tags
    words = list(dataset.items.ids)
    if titles:
        told = in_words(table[titles[0]], roles[titles[0]])
        words = [title or key for title, key in zip(told, words, strict=True)]
    if genres:
        kinds = [_first_few(kinds) for kinds in in_words(table[genres[0]], roles[genres[0]])]
        words = [
            f"{word} ({kind})" if kind else word for word, kind in zip(words, kinds, strict=True)
        ]
    return [neutralised(word)[0] for word in words]
