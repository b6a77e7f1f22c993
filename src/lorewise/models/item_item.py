"""What both linear models are: an item-item matrix, how it is fitted and how it is read."""

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import ClassVar, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.errors import DataError, SettingsError
from lorewise.models.changed_items import ChangedItems
from lorewise.models.cold_columns import ColdColumns
from lorewise.models.dislikes import Dislikes
from lorewise.models.item_knowledge import ItemKnowledge
from lorewise.models.item_matrix import (
    DenseItemMatrix,
    ItemMatrix,
    SparseItemMatrix,
    item_matrix_from,
)
from lorewise.models.knowledge_lift import KnowledgeLift
from lorewise.models.linear_settings import LinearSettings
from lorewise.models.local import LocalProblem
from lorewise.models.near_pairs import NearPairs, with_self
from lorewise.models.pairs import PairCounts
from lorewise.models.strengths import EventStrengths
from lorewise.models.text_prior import TextPrior
from lorewise.stages import Arrays

S = TypeVar("S", bound=LinearSettings)


@dataclass(frozen=True)
class ItemItemScorer(Generic[S]):
    """Scores = history, weighted by recency, times the matrix; cold items from their vectors."""

    matrix: ItemMatrix
    cold: ColdColumns
    dislikes: Dislikes
    strengths: EventStrengths
    factors: Scores
    """What each item's scores are multiplied by; shape ``(n_items,)``."""

    excludes_self: ClassVar[bool]
    """Whether an item may not predict itself."""

    @staticmethod
    @abstractmethod
    def pairs_of(dataset: Dataset, weights: Scores, settings: S) -> PairCounts:
        """Lay out the histories for counting; ``weights`` are the sizes of the events."""

    @staticmethod
    @abstractmethod
    def exact(pairs: PairCounts, prior: TextPrior, settings: S) -> Scores:
        """Return the whole matrix; shape ``(n_items, n_items)``."""

    @classmethod
    def fit(cls, dataset: Dataset, vectors: Embeddings, settings: S) -> Self:
        """Learn from the interactions and from ``vectors``, shape ``(n_items, dim)``.

        Raises:
            DataError: There is not one vector per item.
            SettingsError: The ridge is lost in rounding beside the data.
        """
        _check_rows(vectors, dataset.n_items)
        return cls.fit_knowing(dataset, ItemKnowledge.of(vectors, settings), settings)

    @classmethod
    def fit_knowing(cls, dataset: Dataset, known: ItemKnowledge, settings: S) -> Self:
        """Do as ``fit``, where what follows from the vectors alone is there already."""
        strengths = EventStrengths.fit(dataset, history_tau=settings.history_tau)
        pairs = cls.pairs_of(dataset, np.abs(strengths.tempered(dataset.weights)), settings)
        if settings.is_local(dataset.n_items):
            everything = np.arange(dataset.n_items, dtype=np.int32)
            problem = LocalProblem.of(pairs, known.prior, excludes_self=cls.excludes_self)
            columns = problem.solve(everything, known.near[:, : settings.n_neighbors], settings)
            matrix: ItemMatrix = SparseItemMatrix.of(*columns, dataset.n_items)
        else:
            matrix = DenseItemMatrix(cls.exact(pairs, known.prior, settings))
        is_cold = dataset.item_counts == 0
        regression = known.regression(is_cold, settings.cold_ridge)
        cold = ColdColumns.of(matrix, known.vectors, is_cold, regression)
        if settings.knowledge_lift:
            lift = KnowledgeLift.of(cold, known.vectors, dataset.item_counts, settings)
            matrix = lift.of_matrix(matrix, known.near, settings, excludes_self=cls.excludes_self)
        dislikes = _dislikes(matrix, known, is_cold, settings)
        factors = _factors(dataset.item_counts, settings.popularity_power)
        return cls(matrix, cold, dislikes, strengths, factors)

    def with_lift(self, dataset: Dataset, known: ItemKnowledge, settings: S) -> Self:
        """Return the scorer as if it had been fitted with another ``knowledge_lift``.

        It must have been fitted to the same dataset and vectors without one; nothing is solved
        again.
        """
        lift = KnowledgeLift.of(self.cold, known.vectors, dataset.item_counts, settings)
        matrix = lift.of_matrix(self.matrix, known.near, settings, excludes_self=self.excludes_self)
        dislikes = _dislikes(matrix, known, dataset.item_counts == 0, settings)
        return replace(self, matrix=matrix, dislikes=dislikes)

    @property
    def n_items(self) -> int:
        """Items in the catalog, arrivals included."""
        return self.cold.n_items

    def score_catalog(self, queries: Queries) -> Scores:
        """Return ``(n_queries, n_items)``.

        NaN for a query without events, and for cold items of which nothing is known. To a cold
        item, only likes speak.
        """
        # Arrivals have no row in the matrix: they can be found, but lead nowhere yet.
        is_fitted = queries.item_numbers < len(self.cold.reader)
        items = np.where(is_fitted, queries.item_numbers, 0)
        strengths = np.where(is_fitted, self.strengths.of(queries), np.float32(0))
        out = np.zeros((len(queries), self.n_items), dtype=np.float32)
        self.matrix.add_to(out, queries.offsets, items, np.abs(strengths))
        self.cold.write_to(out, queries.offsets, items, np.maximum(strengths, 0))
        self.dislikes.take_from(out, queries.offsets, items, strengths)
        out *= self.factors
        out[queries.lengths == 0] = np.nan
        return out

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved."""
        numbers = np.array([self.strengths.typical, self.strengths.history_tau])
        parts = (self.matrix.to_arrays(), self.cold.to_arrays(), self.dislikes.to_arrays())
        return {name: array for part in parts for name, array in part.items()} | {
            "strengths": numbers,
            "factors": self.factors,
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that ``to_arrays`` described."""
        return cls(
            item_matrix_from(arrays),
            ColdColumns.from_arrays(arrays),
            Dislikes.from_arrays(arrays),
            EventStrengths(*arrays["strengths"].tolist()),
            arrays["factors"],
        )

    def with_history_tau(self, history_tau: float) -> Self:
        """Return the same scorer with another decay of the history; nothing is fitted again.

        Raises:
            SettingsError: ``history_tau`` is not above 0.
        """
        return replace(self, strengths=replace(self.strengths, history_tau=history_tau))

    def with_new_items(self, vectors: Embeddings) -> Self:
        """Return the scorer with more cold items at the end of the catalog.

        ``vectors`` has shape ``(n_new, dim)``, encoded as the others were. Costs a copy of the
        cold items' vectors.

        Raises:
            DataError: The vectors have another ``dim``.
        """
        self._check_dim(vectors.shape[1])
        factors = np.pad(self.factors, (0, len(vectors)), constant_values=1)
        return replace(self, cold=self.cold.with_arrivals(vectors), factors=factors)

    def solve_item(
        self, vector: Embeddings, *, n_coefficients: int = 64
    ) -> tuple[ItemNumbers, Scores]:
        """Return what leads to an item of this vector: source items, and coefficients.

        Strongest first, at most ``n_coefficients``; none for a vector of zeros.

        Raises:
            DataError: The vector, shape ``(dim,)``, has another ``dim``.
        """
        self._check_dim(len(vector))
        if not vector.any():
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        return self.cold.strongest_of_column(vector, n_coefficients)

    def refresh_items(
        self, dataset: Dataset, vectors: Embeddings, items: ItemNumbers, settings: S
    ) -> Self:
        """Return the scorer with these items' columns solved anew; all others stay as they are.

        For items whose events or vectors changed, and for arrivals. A cold item that has events
        now becomes a warm one. What the items themselves lead to is in other items' columns: it
        changes only where those are named too. So do the typical weight of an event and the
        reading of cold items at the next fit alone.

        Args:
            dataset: All interactions, with items numbered as here; arrivals are the last ones.
            vectors: Of all items; shape ``(n_items, dim)``.
            items: To be solved anew.
            settings: As in the fit.

        Raises:
            DataError: The dataset or the vectors are of another catalog.
            SettingsError: The scorer was fitted by ``exact``, or the ridge is lost in rounding.
        """
        if not isinstance(self.matrix, SparseItemMatrix):
            raise SettingsError(
                "the scorer was fitted by solver 'exact', which has no single columns; "
                "fit it again, or once with solver='local'"
            )
        self._check_catalog(dataset, vectors)
        changed = ChangedItems.of(items, dataset, vectors, settings)
        weights = np.abs(self.strengths.tempered(dataset.weights))
        pairs = self.pairs_of(dataset, weights, settings)
        matrix = changed.matrix(
            self.matrix, self.cold, pairs, settings, excludes_self=self.excludes_self
        )
        dislikes = changed.dislikes(self.dislikes, matrix)
        return replace(self, matrix=matrix, cold=changed.cold(self.cold), dislikes=dislikes)

    def _check_catalog(self, dataset: Dataset, vectors: Embeddings) -> None:
        if dataset.n_items != self.n_items:
            raise DataError(
                f"the dataset has {dataset.n_items} items, the scorer {self.n_items}; "
                "give one with the same items in the same order, or fit again"
            )
        _check_rows(vectors, self.n_items)
        self._check_dim(vectors.shape[1])

    def _check_dim(self, dim: int) -> None:
        if dim != len(self.cold.center):
            raise DataError(
                f"vectors have {dim} dimensions, those of the fit {len(self.cold.center)}; "
                "encode all items in the same way"
            )


def _factors(item_counts: NDArray[np.int64], power: float) -> Scores:
    """Return 1 for cold items, and for the others their share of events to minus ``power``."""
    warm = item_counts > 0
    mean = item_counts[warm].mean() if warm.any() else 1.0
    factors = np.where(warm, np.maximum(item_counts, 1) / mean, 1) ** -power
    return factors.astype(np.float32)


def _dislikes(
    matrix: ItemMatrix,
    known: ItemKnowledge,
    is_cold: NDArray[np.bool_],
    settings: LinearSettings,
) -> Dislikes:
    everything = np.arange(len(is_cold), dtype=np.int32)
    near = with_self(everything, known.near, matrix, known.vectors)
    near_pairs = NearPairs.of(everything, near, matrix, known.vectors, is_cold)
    return near_pairs.dislikes(near_pairs.scale(matrix, settings.dislike_strength))


def _check_rows(vectors: Embeddings, n_items: int) -> None:
    if len(vectors) != n_items:
        raise DataError(f"{len(vectors)} vectors for {n_items} items; give one row per item")
