"""How popular an item is, or would be, judged by what is known about it."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.models.ranges import check_above, check_count
from lorewise.models.settings_arrays import pack_settings, unpack_settings
from lorewise.stages import Arrays

RIDGES = (0.1, 0.3, 1.0)
"""Tried, in units of the kernel's diagonal; leave-one-out over whole items chooses."""


@dataclass(frozen=True, kw_only=True)
class ExpectedPopularitySettings:
    """Settings of the popularity regression."""

    max_landmarks: int = 2_500
    """Warm items that the regression learns from at most; at least 10. Time grows with its
    cube."""

    degree: float = 2.0
    """Power of the kernel ((1 + cosine) / 2); above 0. 2 lets pairs of traits speak."""

    def __post_init__(self) -> None:
        check_count(self, "max_landmarks", 10)
        check_above(self, "degree", 0)


@dataclass(frozen=True)
class ExpectedPopularityScorer:
    """log(1 + likes) for warm items; for cold ones what a kernel ridge on vectors expects.

    It never looks at the user. An item without interactions and without a vector is unknown.

    Source: kernel ridge regression with closed-form leave-one-out (Rifkin and Lippert, 2007).
    """

    settings_class: ClassVar[type[ExpectedPopularitySettings]] = ExpectedPopularitySettings

    settings: ExpectedPopularitySettings
    item_scores: Scores
    """Shape ``(n_items,)``; NaN where nothing is known."""
    landmarks: Embeddings
    """Vectors of the items learned from; shape ``(n_landmarks, dim)``."""
    duals: Scores
    """One weight per landmark; what they add up to is the distance from ``mean``."""
    mean: float
    """Of log(1 + likes) over the landmarks."""

    @classmethod
    def fit(
        cls, dataset: Dataset, vectors: Embeddings, settings: ExpectedPopularitySettings
    ) -> Self:
        """Regress the warm items' log counts on their vectors.

        Dislikes count here: they too tell how many people an item of that kind reaches. The
        share of likes is taken to be that of all items.
        """
        liked = np.bincount(
            dataset.item_numbers, weights=dataset.weights > 0, minlength=dataset.n_items
        )
        logs = np.log1p(liked).astype(np.float32)
        is_known = np.any(vectors, axis=1) if vectors.shape[1] else np.zeros(len(logs), np.bool_)
        chosen = _landmarks(np.flatnonzero((dataset.item_counts > 0) & is_known), settings)
        met = np.log1p(dataset.item_counts[chosen]).astype(np.float32)
        duals = _best_duals(vectors[chosen], met - met.sum() / max(1, len(met)), settings.degree)
        mean = float(logs[chosen].mean()) if len(chosen) else 0.0
        fitted = cls(settings, logs, vectors[chosen], duals, mean)
        is_cold = dataset.item_counts == 0
        expected = np.where(is_known[is_cold], fitted.expected(vectors[is_cold]), np.nan)
        logs[is_cold] = expected
        return fitted

    def expected(self, vectors: Embeddings) -> Scores:
        """Return the expected log(1 + likes) of items with these vectors; at least 0."""
        if len(self.landmarks) == 0:
            return np.full(len(vectors), np.nan, dtype=np.float32)
        kernel = _kernel(vectors, self.landmarks, self.settings.degree)
        expected: Scores = np.maximum(kernel @ self.duals + self.mean, 0).astype(np.float32)
        return expected

    def with_new_items(self, vectors: Embeddings) -> Self:
        """Return the scorer with more items at the end of the catalog, judged by their vectors."""
        expected = np.where(np.any(vectors, axis=1), self.expected(vectors), np.nan)
        scores = np.concatenate([self.item_scores, expected]).astype(np.float32)
        return type(self)(self.settings, scores, self.landmarks, self.duals, self.mean)

    def score_catalog(self, queries: Queries) -> Scores:
        """Return the same row for every query, ``(n_queries, n_items)``."""
        return np.tile(self.item_scores, (len(queries), 1))

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved."""
        return {
            "item_scores": self.item_scores,
            "landmarks": self.landmarks,
            "duals": self.duals,
            "mean": np.array(self.mean),
        } | pack_settings(self.settings)

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that was saved."""
        return cls(
            unpack_settings(ExpectedPopularitySettings, arrays),
            arrays["item_scores"],
            arrays["landmarks"],
            arrays["duals"],
            float(arrays["mean"]),
        )


def _landmarks(known: NDArray[np.int64], settings: ExpectedPopularitySettings) -> NDArray[np.int64]:
    """Return at most ``max_landmarks`` of the items: numbers follow a hash, so a slice is fair."""
    return known[: settings.max_landmarks]


def _kernel(left: Embeddings, right: Embeddings, degree: float) -> Scores:
    cosines = np.clip((1 + left @ right.T) / 2, 0, None)
    return np.power(cosines, np.float32(degree))


def _best_duals(vectors: Embeddings, targets: Scores, degree: float) -> Scores:
    """Return the dual weights at the ridge with the least leave-one-out error."""
    if len(vectors) == 0:
        return np.zeros(0, dtype=np.float32)
    kernel = _kernel(vectors, vectors, degree).astype(np.float64)
    fits = []
    for ridge in RIDGES:
        lower = linalg.cholesky(kernel + ridge * np.eye(len(kernel)), lower=True)
        duals = linalg.cho_solve((lower, True), targets)
        half = linalg.solve_triangular(lower, np.eye(len(kernel)), lower=True)
        own = np.einsum("ki,ki->i", half, half)  # the diagonal of the inverse
        fits.append((float(np.mean((duals / own) ** 2)), duals))
    best: Scores = min(fits, key=lambda fit: fit[0])[1].astype(np.float32)
    return best
