"""Vectors turned so that no direction outshouts the others."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.errors import SettingsError
from lorewise.stages import Arrays


@dataclass(frozen=True)
class Whitening:
    """Centers, turns to principal axes, and evens these out by a power of their variance."""

    center: Embeddings
    """Mean of the known rows; shape ``(dim,)``."""

    axes: Embeddings
    """Principal axes, each times variance^-power, strongest first; ``(dim, n_dims)``."""

    @classmethod
    def fit(cls, vectors: Embeddings, power: float, n_dims: int) -> Self:
        """Learn from the rows that are not all zeros; ``power`` 0 turns only, .5 evens out fully.

        At most ``n_dims`` axes are kept, fewer where the vectors vary along fewer.

        Raises:
            SettingsError: ``power`` is outside [0, .5].
        """
        if not 0 <= power <= 0.5:  # noqa: PLR2004  beyond it, weak directions would outshout
            raise SettingsError(f"power is {power}; give a number from 0 to 0.5")
        known = vectors[vectors.any(axis=1)]
        if not len(known):
            return cls(np.zeros(vectors.shape[1], np.float32), vectors[:0].T)
        center = known.mean(axis=0)
        centered = known - center
        variances, axes = np.linalg.eigh((centered.T @ centered).astype(np.float64) / len(known))
        strongest = np.argsort(-variances, kind="stable")[:n_dims]
        strongest = strongest[variances[strongest] > variances.max(initial=0) * 1e-6]
        peaks_up = axes.max(axis=0) >= -axes.min(axis=0)
        signed = axes * np.where(peaks_up, 1, -1)
        scaled = signed[:, strongest] * variances[strongest] ** -power
        return cls(center.astype(np.float32), scaled.astype(np.float32))

    def apply(self, vectors: Embeddings) -> Embeddings:
        """Return unit rows, ``(n, n_dims)``; a row of zeros (nothing known) stays zeros."""
        turned = unit_rows(np.asarray((vectors - self.center) @ self.axes, dtype=np.float32))
        turned[~vectors.any(axis=1)] = 0
        return turned

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved, as plain arrays by name."""
        return {"center": self.center, "axes": self.axes}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what ``to_arrays`` described."""
        return cls(arrays["center"], arrays["axes"])


def whitened(vectors: Embeddings, power: float, n_dims: int) -> Embeddings:
    """Return the vectors whitened by their own statistics; see ``Whitening``."""
    return Whitening.fit(vectors, power, n_dims).apply(vectors)
