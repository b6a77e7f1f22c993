"""Which items are near which, and what they give each other: what a dislike is measured by."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.models.dislikes import Dislikes
from lorewise.models.item_matrix import ItemMatrix

N_NEAR = 10
"""Items besides itself that a dislike of an item lowers."""

ROWS_AT_ONCE = 4_096


@dataclass(frozen=True)
class NearPairs:
    """Some items with those near them; all arrays have shape ``(n_sources, 1 + N_NEAR)``."""

    near: ItemNumbers
    """First the item itself, then its nearest; -1 where there are fewer."""

    similarities: Scores
    """Cosine of the vectors, 1 for the item itself. For an item without a vector: what it gives,
    as a share of the most that it gives."""

    given: Scores
    """What a dislike of the item still adds to the score of each: nothing, to a cold item."""

    @classmethod
    def of(
        cls,
        sources: ItemNumbers,
        near: ItemNumbers,
        matrix: ItemMatrix,
        vectors: Embeddings,
        is_cold: NDArray[np.bool_],
    ) -> Self:
        """Look up the pairs; ``near`` is shaped as in the attribute."""
        known = np.maximum(near, 0)
        given = matrix.at(np.broadcast_to(sources[:, None], near.shape), known)
        given = np.where((near < 0) | is_cold[known], 0, given).astype(np.float32)
        similarities = _inner_products(vectors, sources, known)
        most = given[:, 1:].max(axis=1, initial=0)[:, None]
        share = np.divide(given, most, out=np.zeros_like(given), where=most > 0)
        is_bare = ~vectors[sources].any(axis=1)
        similarities[is_bare] = share[is_bare]
        similarities[:, 0] = 1
        return cls(near, similarities, given)

    def scale(self, matrix: ItemMatrix, strength: float) -> float:
        """Return ``strength`` times the most that any item gives another that is near it.

        Where nothing near is given anything, the most that ``matrix`` holds, and at last 1.
        """
        most = float(self.given[:, 1:].max(initial=0))
        return strength * (most or matrix.largest() or 1.0)

    def dislikes(self, scale: float) -> Dislikes:
        """Return the losses; ``scale`` above 0, beyond what was given, at similarity 1."""
        return Dislikes.fit(self.near, self.similarities, self.given, scale=scale)


def with_self(
    sources: ItemNumbers, neighbors: ItemNumbers, matrix: ItemMatrix, vectors: Embeddings
) -> ItemNumbers:
    """Return each source and its N_NEAR nearest items, -1 where there are fewer.

    ``neighbors`` are the nearest by vector, best first, at least ``N_NEAR``; an item without a
    vector takes those to which the matrix says that it leads.
    """
    near = neighbors[:, :N_NEAR].copy()
    is_bare = ~vectors[sources].any(axis=1)
    near[is_bare] = matrix.strongest_of_rows(sources[is_bare], N_NEAR)[0]
    return np.concatenate([sources[:, None], near], axis=1).astype(np.int32)


def _inner_products(vectors: Embeddings, sources: ItemNumbers, near: ItemNumbers) -> Scores:
    products = np.empty(near.shape, dtype=np.float32)
    for start in range(0, len(sources), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        products[part] = np.einsum("id,ikd->ik", vectors[sources[part]], vectors[near[part]])
    return products
