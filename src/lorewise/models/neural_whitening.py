"""Item vectors as a net reads them: turned so that no direction outshouts the others."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, ItemNumbers

LEAST_VARIANCE = 1e-6
"""Of the largest; weaker directions are rounding."""


@dataclass(frozen=True)
class WhitenedVectors:
    """Centers vectors and turns them to principal axes, each times variance^-power."""

    center: Embeddings
    """Shape ``(dim,)``."""

    axes: Embeddings
    """Shape ``(dim, n_features)``."""

    @classmethod
    def fit(cls, vectors: Embeddings, power: float, n_dims: int) -> Self:
        """Learn from these rows, at least one."""
        center = vectors.mean(axis=0, dtype=np.float64).astype(np.float32)
        centered = (vectors - center).astype(np.float64)
        variances, axes = np.linalg.eigh(centered.T @ centered / len(vectors))
        strongest = np.argsort(-variances, kind="stable")[:n_dims]
        strongest = strongest[variances[strongest] > LEAST_VARIANCE * variances.max(initial=0)]
        scaled = axes[:, strongest] * variances[strongest] ** -power
        return cls(center, scaled.astype(np.float32))

    def apply(self, vectors: Embeddings) -> Embeddings:
        """Return the features, whose squares are 1 on average; ``(n, n_features)``."""
        turned = unit_rows(((vectors - self.center) @ self.axes).astype(np.float32))
        return turned * np.float32(np.sqrt(self.axes.shape[1]))


def described_features(
    vectors: Embeddings, items: ItemNumbers, power: float, n_dims: int
) -> Embeddings:
    """Return all items' features, as learned from ``items``; zeros where there is no vector.

    Shape ``(n_items, n_features)``; no features where none of ``items`` has a vector.
    """
    is_described = np.asarray(vectors.any(axis=1))
    described = items[is_described[items]]
    if not len(described):
        return np.zeros((len(vectors), 0), dtype=np.float32)
    features = WhitenedVectors.fit(vectors[described], power, n_dims).apply(vectors)
    return np.where(is_described[:, None], features, np.float32(0))
