"""How often each item was met in training, and the split into head, tail and cold."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset


@dataclass(frozen=True, kw_only=True)
class TrainingCounts:
    """What the beyond-accuracy metrics need to know of the training data."""

    item_events: NDArray[np.int64]
    """Interactions of each item; shape ``(n_items,)``."""

    item_users: NDArray[np.int64]
    """Users of each item; shape ``(n_items,)``."""

    n_users: int
    """Users with at least one interaction."""

    item_ids: Sequence[str]
    """The ids, which decide on which side of the split equally popular items fall."""

    @classmethod
    def of(cls, training: Dataset) -> Self:
        """Return the counts of the training data, which hold no held-out event."""
        n_users = max(1, training.n_users)
        pairs = np.unique(training.item_numbers.astype(np.int64) * n_users + training.user_numbers)
        return cls(
            item_events=training.item_counts,
            item_users=np.bincount(pairs // n_users, minlength=training.n_items),
            n_users=len(np.unique(training.user_numbers)),
            item_ids=training.items.ids,
        )

    @property
    def n_items(self) -> int:
        """Items in the catalog."""
        return len(self.item_events)

    @cached_property
    def popular_first(self) -> NDArray[np.int64]:
        """Item numbers by falling interactions, ties by rising id; shape ``(n_items,)``."""
        return np.lexsort((np.asarray(self.item_ids, dtype=np.str_), -self.item_events))

    @cached_property
    def popularity_ranks(self) -> NDArray[np.int64]:
        """Each item's position in ``popular_first``, from 0; shape ``(n_items,)``."""
        ranks = np.empty(self.n_items, dtype=np.int64)
        ranks[self.popular_first] = np.arange(self.n_items)
        return ranks

    @cached_property
    def is_cold(self) -> NDArray[np.bool_]:
        """Whether the item has no interaction in training; shape ``(n_items,)``."""
        return np.equal(self.item_events, 0)

    @cached_property
    def is_head(self) -> NDArray[np.bool_]:
        """Whether the item is in the most popular fifth of the catalog, and not cold.

        At least one item is (unless all are cold). Shape ``(n_items,)``.
        """
        return (self.popularity_ranks < max(1, self.n_items // 5)) & ~self.is_cold

    @property
    def is_tail(self) -> NDArray[np.bool_]:
        """Whether the item is not in the head; cold items are in the tail as well."""
        return ~self.is_head
