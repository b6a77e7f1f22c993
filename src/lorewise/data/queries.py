"""What is asked of a recommender: histories, one or many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, ItemNumbers, Offsets, Scores


@dataclass(frozen=True, kw_only=True)
class Queries:
    """Histories of many users end to end; query q owns rows ``offsets[q]:offsets[q + 1]``.

    One query is a batch of one: there is a single kind of input for every model.
    """

    offsets: Offsets
    """Shape ``(n_queries + 1,)``, starting with 0."""

    item_numbers: ItemNumbers
    """Items chosen, oldest first within a query; shape ``(n_events,)``."""

    weights: Scores
    """How strongly; below 0 for a dislike; shape ``(n_events,)``."""

    ratings: Scores
    """The rating given; NaN where none; shape ``(n_events,)``."""

    repeatable: NDArray[np.bool_]
    """Whether the item may be recommended again; shape ``(n_events,)``."""

    text_vectors: Embeddings | None = None
    """What was said in words, encoded as the items are; a row's length says how much it counts:
    1 for what people say themselves, zeros where nothing was said; shape ``(n_queries, dim)``."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @classmethod
    def of(
        cls, histories: Sequence[ItemNumbers], *, weights: Sequence[Scores] | None = None
    ) -> Self:
        """Return queries of these item numbers, oldest first; weight 1 unless given."""
        lengths = np.array([len(history) for history in histories], dtype=np.int64)
        n_events = int(lengths.sum())
        none = np.zeros(0, dtype=np.float32)
        return cls(
            offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            item_numbers=np.concatenate([none, *histories]).astype(np.int32),
            weights=np.ones(n_events, dtype=np.float32)
            if weights is None
            else np.concatenate([none, *weights]).astype(np.float32),
            ratings=np.full(n_events, np.nan, dtype=np.float32),
            repeatable=np.zeros(n_events, dtype=np.bool_),
        )

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Events per query; shape ``(n_queries,)``."""
        return np.diff(self.offsets)

    @property
    def query_numbers(self) -> NDArray[np.int64]:
        """The query that each event belongs to; shape ``(n_events,)``."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @property
    def ages(self) -> NDArray[np.int64]:
        """Each event's rank from the newest of its query, which is 0; shape ``(n_events,)``."""
        ends = np.repeat(self.offsets[1:], self.lengths)
        return ends - 1 - np.arange(len(self.item_numbers))

    def part(self, start: int, stop: int) -> Self:
        """Return queries ``start`` to ``stop - 1`` as a batch of their own."""
        rows = slice(self.offsets[start], self.offsets[min(stop, len(self))])
        return type(self)(
            offsets=self.offsets[start : stop + 1] - self.offsets[start],
            item_numbers=self.item_numbers[rows],
            weights=self.weights[rows],
            ratings=self.ratings[rows],
            repeatable=self.repeatable[rows],
            text_vectors=None if self.text_vectors is None else self.text_vectors[start:stop],
        )
