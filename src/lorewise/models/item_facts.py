"""What is true of an item whoever asks: how often and when it was taken."""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Scores
from lorewise.stages import Arrays

DAY_S = 86_400.0


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """Facts that the interactions of everybody tell; one number per item each."""

    counts: NDArray[np.int64]
    """Interactions; shape ``(n_items,)``."""

    idle_days: Scores
    """From the item's last interaction to the newest of all; 0 without any, or without times."""

    mean_days: Scores
    """From the mean time of the item's interactions to the newest of all; likewise."""

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Count what happened; held-out events must not be in the dataset."""
        counts, numbers = dataset.item_counts, dataset.item_numbers
        idle_days = np.zeros(dataset.n_items)
        mean_days = np.zeros(dataset.n_items)
        if dataset.has_times and dataset.n_interactions:
            ages = (dataset.timestamps_s.max() - dataset.timestamps_s) / DAY_S
            sums = np.bincount(numbers, weights=ages, minlength=dataset.n_items)
            mean_days = sums / np.maximum(counts, 1)
            idle_days[counts > 0] = np.inf
            np.minimum.at(idle_days, numbers, ages)
        return cls(
            counts=counts,
            idle_days=idle_days.astype(np.float32),
            mean_days=mean_days.astype(np.float32),
        )

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the facts that were saved."""
        return cls(**{f.name: arrays[f.name] for f in fields(cls)})
