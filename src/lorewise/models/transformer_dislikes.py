"""What a dislike takes from the items near the disliked one, step by step of a history."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.models.nearest import nearest
from lorewise.models.strengths import EventStrengths, liked_ages
from lorewise.stages import Arrays

N_NEAR = 10
"""Items besides itself that a dislike of an item lowers."""

EVENTS_AT_ONCE = 4_096


@dataclass(frozen=True)
class StepwiseDislikes:
    """A disliked item still leads to what usually follows it, but raises nothing that is near it.

    What the step raised near items by is taken back from them, and something more. Since a net's
    earlier steps do not depend on later ones, one more dislike leaves what others took as it was.
    """

    near: ItemNumbers
    """Each item itself and its nearest, -1 where there are fewer; ``(n_items, 1 + N_NEAR)``."""

    similarities: Scores
    """Their cosine, at least 0; 0 beside -1; same shape."""

    @classmethod
    def fit(cls, *spaces: Embeddings) -> Self:
        """Find the nearest in all spaces together; a row of zeros is unknown there.

        Each space has shape ``(n_items, dim)``; the cosines of known items weigh alike.
        """
        joined = unit_rows(np.concatenate([unit_rows(space) for space in spaces], axis=1))
        everything = np.arange(len(joined), dtype=np.int32)
        near = np.column_stack([everything, nearest(joined, everything, N_NEAR)])
        similarities = np.empty(near.shape, dtype=np.float32)
        for start in range(0, len(near), EVENTS_AT_ONCE):
            part = slice(start, start + EVENTS_AT_ONCE)
            similarities[part] = _products(joined[part], joined, near[part])
        similarities[:, 0] = 1
        near = np.where(similarities > 0, near, -1)
        return cls(near.astype(np.int32), np.where(near >= 0, similarities, 0))

    def take_from(
        self,
        out: Scores,
        queries: Queries,
        reached: Embeddings,
        rows: Embeddings,
        force: "DislikeForce",
    ) -> None:
        """Subtract from the queries' scores what their dislikes take away.

        Args:
            out: Shape ``(n_queries, n_items)``.
            queries: The histories as the nets read them.
            reached: A vector for each start and step; ``(n_events + n_queries, dim)``.
            rows: The items' vectors, whose inner products with these are the scores at that step.
            force: How much a dislike takes.
        """
        disliked = np.flatnonzero(queries.weights < 0)
        owners = queries.query_numbers[disliked]
        fades, takes = (strength[disliked] for strength in force.of(queries))
        for start in range(0, len(disliked), EVENTS_AT_ONCE):
            part = slice(start, start + EVENTS_AT_ONCE)
            events, whose = disliked[part], owners[part]
            near = self.near[queries.item_numbers[events]]
            steps = reached[events + whose + 1] - reached[events + whose]
            losses = np.maximum(_products(steps, rows, near), 0)
            losses += takes[part, None] * self.similarities[queries.item_numbers[events]]
            losses *= fades[part, None]
            places = np.broadcast_to(whose[:, None], near.shape)[near >= 0], near[near >= 0]
            np.subtract.at(out, places, losses[near >= 0])

    def to_arrays(self) -> Arrays:
        """Return the arrays to be saved."""
        return {"near": self.near, "similarities": self.similarities}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what ``to_arrays`` described."""
        return cls(arrays["near"], arrays["similarities"])


@dataclass(frozen=True)
class DislikeForce:
    """How much a dislike takes beyond what its step gave, and how it is forgotten."""

    typical: float
    """The weight that counts 1; above 0."""

    strength: float
    """What it takes from an item of similarity 1; above 0."""

    tau: float
    """Newer likes after which a dislike takes 1 / e; above 0."""

    def of(self, queries: Queries) -> tuple[Scores, Scores]:
        """Return how much of each event is remembered, and what it takes; ``(n_events,)`` each."""
        fades = np.exp(-liked_ages(queries) / self.tau).astype(np.float32)
        sizes = np.abs(EventStrengths(self.typical, np.inf).tempered(queries.weights))
        return fades, np.float32(self.strength) * sizes


def _products(vectors: Embeddings, rows: Embeddings, near: ItemNumbers) -> Scores:
    """Return each vector's inner products with these rows; shape of ``near``."""
    products: Scores = np.einsum("ed,ekd->ek", vectors, rows[np.maximum(near, 0)])
    return products
