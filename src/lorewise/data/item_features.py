"""What is known about the items as vectors, one block for each kind of knowledge."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lorewise.data.primitives import Embeddings


def unit_rows(vectors: Embeddings) -> Embeddings:
    """Return the rows at length 1; rows of zeros stay zeros."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


@dataclass(frozen=True)
class ItemFeatures:
    """Blocks of item vectors, kept apart so that each can weigh what it proves to be worth."""

    blocks: Mapping[str, Embeddings]
    """Block name -> ``(n_items, dim)`` with rows of length 1, or zeros where nothing is known."""

    def joined(self, weights: Mapping[str, float] | None = None) -> Embeddings:
        """Return the blocks side by side, each times the root of its weight, as unit rows.

        A block that ``weights`` does not name weighs 1; one that weighs 0 is left out. Shape
        ``(n_items, total_dim)``. The inner product of two rows is the weighted mean of the
        blocks' cosines (for items that have them all).
        """
        weigh = weights or {}
        parts = [
            np.sqrt(weight) * block
            for name, block in self.blocks.items()
            if (weight := weigh.get(name, 1.0)) > 0
        ]
        return unit_rows(np.concatenate(parts, axis=1))
