"""The encoded items as the models see them: centered blocks, weighted and joined."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from lorewise.data.item_features import ItemFeatures, unit_rows
from lorewise.data.primitives import Embeddings

Weights = Mapping[str, float]


@dataclass(frozen=True)
class KnowledgeSpace:
    """Every block less its mean over the catalog, so that what all items share says nothing."""

    features: ItemFeatures
    """Centered blocks with unit rows; zeros where nothing is known."""

    centers: Mapping[str, Embeddings]
    """What was taken from each block; shape ``(dim,)`` each."""

    n_items: int

    @classmethod
    def of(cls, features: ItemFeatures, n_items: int) -> Self:
        """Center the blocks on the items that each of them describes."""
        centers = {name: _mean(block) for name, block in features.blocks.items()}
        return cls(_centered(features, centers), centers, n_items)

    @property
    def names(self) -> list[str]:
        """The blocks."""
        return list(self.features.blocks)

    def vectors(self, weights: Weights) -> Embeddings:
        """Return the catalog's vectors under these weights (1 where not named); unit rows."""
        return joined(self.features, weights, self.n_items)

    def placed(self, features: ItemFeatures, weights: Weights, n_rows: int) -> Embeddings:
        """Return vectors of new items or of texts, encoded as the catalog was."""
        return joined(_centered(features, self.centers), weights, n_rows)


def joined(features: ItemFeatures, weights: Weights, n_rows: int) -> Embeddings:
    """Return the weighted blocks side by side; no columns where all weigh 0."""
    if not any(weights.get(name, 1.0) > 0 for name in features.blocks):
        return np.zeros((n_rows, 0), dtype=np.float32)
    return features.joined(weights)


def _mean(block: Embeddings) -> Embeddings:
    described = np.any(block, axis=1)
    if not described.any():
        return np.zeros(block.shape[1], dtype=np.float32)
    mean: Embeddings = block[described].mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean


def _centered(features: ItemFeatures, centers: Mapping[str, Embeddings]) -> ItemFeatures:
    return ItemFeatures(
        {
            name: unit_rows(np.where(np.any(block, axis=1)[:, None], block - centers[name], 0))
            for name, block in features.blocks.items()
        }
    )
