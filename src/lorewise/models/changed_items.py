"""Items whose events or vectors changed since the fit, and the parts of a scorer solved anew."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.models.cold_columns import ColdColumns
from lorewise.models.dislikes import Dislikes
from lorewise.models.item_matrix import SparseItemMatrix
from lorewise.models.knowledge_lift import KnowledgeLift
from lorewise.models.linear_settings import LinearSettings
from lorewise.models.local import LocalProblem
from lorewise.models.near_pairs import N_NEAR, NearPairs, with_self
from lorewise.models.pairs import PairCounts
from lorewise.models.text_prior import TextPrior


@dataclass(frozen=True, kw_only=True)
class ChangedItems:
    """Makes each part of a fitted scorer anew for these items, and leaves it as it was elsewhere.

    The catalog may have grown at its end since the fit.
    """

    items: ItemNumbers
    """Rising, without repeats; shape ``(n_changed,)``."""

    near: ItemNumbers
    """Their neighbors by text, at least ``N_NEAR``, -1 where there are fewer."""

    prior: TextPrior

    vectors: Embeddings
    """Of all items; shape ``(n_items, dim)``."""

    item_counts: NDArray[np.int64]
    """Of all items, today; shape ``(n_items,)``."""

    @classmethod
    def of(
        cls,
        items: ItemNumbers,
        dataset: Dataset,
        vectors: Embeddings,
        settings: LinearSettings,
    ) -> Self:
        """Find the neighbors of ``items``, which may repeat and come in any order."""
        wanted = np.unique(items).astype(np.int32)
        prior = TextPrior.fit(vectors, ridge=settings.text_ridge)
        return cls(
            items=wanted,
            near=prior.nearest(wanted, max(N_NEAR, settings.n_neighbors)),
            prior=prior,
            vectors=vectors,
            item_counts=dataset.item_counts,
        )

    @property
    def is_cold(self) -> NDArray[np.bool_]:
        """Whether an item has no events today; shape ``(n_items,)``."""
        is_cold: NDArray[np.bool_] = self.item_counts == 0
        return is_cold

    def matrix(
        self,
        old: SparseItemMatrix,
        cold: ColdColumns,
        pairs: PairCounts,
        settings: LinearSettings,
        *,
        excludes_self: bool,
    ) -> SparseItemMatrix:
        """Return the matrix with these items' columns solved anew.

        ``cold`` is that of the fit: what knowledge adds is read as it was then.

        Raises:
            SettingsError: The ridge is lost in rounding beside the data.
        """
        neighbors = self.near[:, : settings.n_neighbors]
        problem = LocalProblem.around(
            self.items, neighbors, pairs, self.prior, excludes_self=excludes_self
        )
        columns = problem.solve(self.items, neighbors, settings)
        if settings.knowledge_lift:
            known = self.vectors[self.items], self.item_counts[self.items]
            columns = KnowledgeLift.of(cold, *known, settings).of_columns(columns, neighbors)
        return old.with_columns(self.items, *columns, len(self.vectors))

    def cold(self, old: ColdColumns) -> ColdColumns:
        """Return the cold columns without the items that are warm now, and with those turned cold.

        The regression on the vectors is not made again.
        """
        return old.refreshed(self.items, self.vectors[self.items], self.is_cold[self.items])

    def dislikes(self, old: Dislikes, matrix: SparseItemMatrix) -> Dislikes:
        """Return the losses with those of and by these items set anew; ``matrix`` is the new one.

        Which items are near another is looked up anew for these items alone.
        """
        near = with_self(self.items, self.near, matrix, self.vectors)
        own = self._pairs(self.items, near, matrix).dislikes(old.scale)
        everywhere = np.ones(near.shape, dtype=np.bool_)
        new = old.grown(len(self.vectors)).refreshed(self.items, own, everywhere)
        is_changed = np.zeros(len(self.vectors) + 1, dtype=np.bool_)  # the last place is that of -1
        is_changed[self.items] = True
        takes_from_changed = is_changed[new.near]
        sources = np.flatnonzero(takes_from_changed.any(axis=1)).astype(np.int32)
        by = self._pairs(sources, new.near[sources], matrix).dislikes(old.scale)
        return new.refreshed(sources, by, takes_from_changed[sources])

    def _pairs(
        self, sources: ItemNumbers, near: ItemNumbers, matrix: SparseItemMatrix
    ) -> NearPairs:
        return NearPairs.of(sources, near, matrix, self.vectors, self.is_cold)
