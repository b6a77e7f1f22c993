"""What the towers learn from: each like, after those that came before it."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import ItemNumbers, Scores
from lorewise.data.queries import Queries

HALF_LIVES = 10


@dataclass(frozen=True)
class Examples:
    """Likes with at least one before them in their history.

    Were dislikes to be found too, a like would lead to what such people dislike.
    """

    targets: ItemNumbers
    """The item of each; shape ``(n_examples,)``."""

    starts: NDArray[np.int64]
    """Where the likes before it begin in ``liked``; same shape."""

    stops: NDArray[np.int64]
    """Where they end; same shape."""

    liked: ItemNumbers
    """All likes of all histories end to end, oldest first."""

    strengths: Scores
    """Of these likes; above 0."""

    @classmethod
    def of(cls, histories: Queries, strengths: Scores) -> Self:
        """Take each like that something tells of; ``strengths`` is signed, one per event."""
        is_like = strengths > 0
        n_before = np.concatenate([[0], np.cumsum(is_like)])
        starts = np.repeat(n_before[histories.offsets[:-1]], histories.lengths)
        stops = n_before[:-1]
        is_told = is_like & (stops > starts)
        return cls(
            histories.item_numbers[is_told],
            starts[is_told],
            stops[is_told],
            histories.item_numbers[is_like],
            strengths[is_like],
        )

    def __len__(self) -> int:
        return len(self.targets)

    def read(
        self, rows: NDArray[np.int64], max_length: int, half_life_events: float
    ) -> tuple[ItemNumbers, Scores]:
        """Return the newest likes before these examples, newest first, and their shares.

        Both of shape ``(n_rows, length)``, no longer than ``max_length``, nor than ten half-lives,
        after which next to nothing is left. Shares of an example sum to 1, those of the padding
        are 0.
        """
        ages = np.arange(min(max_length, max(1, HALF_LIVES * half_life_events)), dtype=np.int64)
        places = self.stops[rows][:, None] - 1 - ages
        is_real = places >= self.starts[rows][:, None]
        places = np.where(is_real, places, 0)
        weights = self.strengths[places] * np.exp2(-ages / half_life_events) * is_real
        shares = weights / weights.sum(axis=1, keepdims=True)
        return self.liked[places], shares.astype(np.float32)
