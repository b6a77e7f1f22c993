"""People as vectors: what their likes make of them, less what their dislikes take."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.models.histories import history_rows, recent_weights
from lorewise.models.sparse_rows import SparseRows, positive_rows, scaled_rows
from lorewise.stages import Arrays


@dataclass(frozen=True)
class SignedHistories:
    """What queries like and dislike of the items that a model knows, each event by its recency."""

    liked: SparseRows
    """Weights above 0; ``(n_queries, n_items)``."""

    disliked: SparseRows
    """Sizes of the dislikes, above 0; same shape."""

    @classmethod
    def of(
        cls,
        queries: Queries,
        is_known: NDArray[np.bool_],
        *,
        typical: float,
        half_life_events: float,
    ) -> Self:
        """Weigh the events; one of an unknown item counts nothing."""
        values = recent_weights(queries, typical=typical, half_life_events=half_life_events)
        values = np.where(is_known[queries.item_numbers], values, np.float32(0))
        likes = history_rows(queries, np.maximum(values, 0), len(is_known))
        dislikes = history_rows(queries, np.maximum(-values, 0), len(is_known))
        return cls(positive_rows(likes), positive_rows(dislikes))

    @property
    def likes_something(self) -> NDArray[np.bool_]:
        """Shape ``(n_queries,)``."""
        return np.asarray(np.diff(self.liked.indptr) > 0)

    def shares(self) -> SparseRows:
        """Return the likes of each query divided by their sum."""
        sums = np.asarray(self.liked.sum(axis=1))
        return scaled_rows(self.liked, (1 / np.where(sums > 0, sums, 1)).astype(np.float32))


@dataclass(frozen=True)
class Tastes:
    """What is true of everybody, beside one's own likes.

    Whoever likes nothing that is known has the mean vector of all people. A dislike takes away
    how much whoever likes that item alone differs from it: so the score of each item falls by
    what the like would have given, whatever else the history holds, and scores stay inner
    products.
    """

    mean: Embeddings
    """Shape ``(dim,)``."""

    lone: Embeddings
    """The vector of whoever likes this item alone, less the mean; zeros for unknown items; shape
    ``(n_items, dim)``."""

    @classmethod
    def of(cls, people: Embeddings, lone: Embeddings, is_known: NDArray[np.bool_]) -> Self:
        """Take the mean of the people, ``(n_people, dim)``, from what each item says alone."""
        mean = people.sum(axis=0) / np.float32(max(1, len(people)))
        return cls(mean, np.where(is_known[:, None], lone - mean, np.float32(0)))

    @classmethod
    def of_nobody(cls, n_items: int, dim: int) -> Self:
        """Return zeros, for before anybody is known."""
        return cls(np.zeros(dim, dtype=np.float32), np.zeros((n_items, dim), dtype=np.float32))

    def joined(
        self, liking: Embeddings, histories: SignedHistories, dislike_strength: float
    ) -> Embeddings:
        """Return the queries' vectors, given what their likes alone make of them."""
        likes_something = histories.likes_something[:, None]
        taken = np.asarray(histories.disliked @ self.lone, dtype=np.float32)
        own: Scores = np.where(likes_something, liking, self.mean)
        return (own - np.float32(dislike_strength) * taken).astype(np.float32)

    def to_arrays(self) -> Arrays:
        """Return the arrays to be saved."""
        return {"taste_mean": self.mean, "taste_lone": self.lone}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what ``to_arrays`` described."""
        return cls(arrays["taste_mean"], arrays["taste_lone"])
