"""Last events of some users, kept out of a net's training to choose by."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.models.neural_gains import gains
from lorewise.models.neural_order import nameless_order

FEWEST_EVENTS = 3
"""Users with fewer keep them all: one to learn from would say too little."""

QUERIES_AT_ONCE = 512


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """The events to learn from and those to choose by, in an order in which ids play no part."""

    histories: Queries
    """To learn from, one per user."""

    items: ItemNumbers
    """Those with events; each has some left to learn from."""

    asked: Queries
    """Histories to be continued."""

    answers: ItemNumbers
    """How each of these went on; shape ``(n_asked,)``."""

    @classmethod
    def of(cls, dataset: Dataset, *, n_users: int, seed: int) -> Self:
        """Hold out the last events of at most ``n_users`` users."""
        users, items = nameless_order(dataset)
        rows = _last_events(dataset, users, n_users, seed)
        is_kept = np.ones(dataset.n_interactions, dtype=np.bool_)
        is_kept[rows] = False
        train_set = dataset.only(is_kept)
        return cls(
            histories=train_set.queries(users.astype(np.int32)),
            items=items[dataset.item_counts[items] > 0].astype(np.int32),
            asked=train_set.queries(dataset.user_numbers[rows]),
            answers=dataset.item_numbers[rows],
        )

    def ndcg(self, score: Callable[[Queries], Scores]) -> float:
        """Return NDCG@10 of the answers; other items of the history are left out.

        ``score`` gives queries' scores of the whole catalog, as an array of its own. There must
        be an answer.
        """
        found = []
        for start in range(0, len(self.asked), QUERIES_AT_ONCE):
            part = self.asked.part(start, start + QUERIES_AT_ONCE)
            answers = self.answers[start : start + QUERIES_AT_ONCE]
            found.append(gains(score(part), part.query_numbers, part.item_numbers, answers))
        return float(np.concatenate(found).mean())


def _last_events(
    dataset: Dataset, users: NDArray[np.int64], n_users: int, seed: int
) -> NDArray[np.int64]:
    """Return the rows to be kept out; none after which nothing would be known of the item."""
    rng = np.random.default_rng([seed, 0])
    able = users[np.diff(dataset.offsets)[users] >= FEWEST_EVENTS]
    drawn = rng.permutation(able)[:n_users]
    rows = dataset.offsets[drawn + 1] - 1
    items = dataset.item_numbers[rows]
    left = dataset.item_counts - np.bincount(items, minlength=dataset.n_items)
    kept: NDArray[np.int64] = rows[left[items] > 0]
    return kept
