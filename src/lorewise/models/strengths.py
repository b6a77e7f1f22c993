"""How much each event of a history counts."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.models.ranges import check_above

SMALLEST = 1e-4
"""Events that would count less are left out."""


def liked_ages(queries: Queries) -> NDArray[np.int64]:
    """Return how many likes of the same query are newer than each event; shape ``(n_events,)``.

    A dislike ages nothing, so that adding one takes away from its neighborhood and leaves the
    rest of the history as it was.
    """
    likes_until = np.concatenate([[0], np.cumsum(queries.weights > 0)])
    ends = np.repeat(queries.offsets[1:], queries.lengths)
    ages: NDArray[np.int64] = likes_until[ends] - likes_until[1:]
    return ages


@dataclass(frozen=True)
class EventStrengths:
    """Recency times the tempered weight; the sign is the event's own.

    A weight counts as the square root of its ratio to the typical weight, between a quarter and
    four, so that 300 plays beat 3 without drowning all else.
    """

    typical: float
    """The median size of the weights in training; above 0."""

    history_tau: float
    """Likes after which an event counts 1 / e, above 0; inf: all alike."""

    def __post_init__(self) -> None:
        check_above(self, "history_tau", 0)

    @classmethod
    def fit(cls, dataset: Dataset, *, history_tau: float) -> Self:
        """Learn the typical weight."""
        sizes = np.abs(dataset.weights)
        return cls(float(np.median(sizes)) if len(sizes) else 1.0, history_tau)

    def tempered(self, weights: Scores) -> Scores:
        """Return the signed, tempered weights; shape as given."""
        sizes = np.clip(np.sqrt(np.abs(weights) / self.typical), 0.25, 4)
        return np.asarray(np.sign(weights) * sizes, dtype=np.float32)

    def of(self, queries: Queries) -> Scores:
        """Return one signed strength per event."""
        recency = np.exp(-liked_ages(queries) / self.history_tau)
        strengths = np.asarray(self.tempered(queries.weights) * recency, dtype=np.float32)
        strengths[np.abs(strengths) < SMALLEST] = 0
        return strengths
