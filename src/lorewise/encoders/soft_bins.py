"""Numbers as overlapping bins, so that close values have similar vectors."""

import numpy as np
from numpy.typing import NDArray


def knots(values: NDArray[np.float64], n_bins: int) -> NDArray[np.float64]:
    """Return at most ``n_bins`` centers at evenly spaced quantiles, rising, without repeats.

    The smallest and largest value are among them. Empty where no value is known (all NaN).
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return np.zeros(0)
    return np.unique(np.quantile(known, np.linspace(0, 1, n_bins)))


def soft_bins(values: NDArray[np.float64], centers: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return how much each value belongs to each center; shape ``(n_values, n_centers)``.

    A value between two centers is shared between them, the nearer gets more; rows sum to 1. One
    beyond the ends belongs to the end. NaN belongs to none.

    >>> soft_bins(np.array([1990.0, 1995.0, 2040.0]), np.array([1990.0, 2000.0])).tolist()
    [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    """
    bins = np.zeros((len(values), len(centers)), dtype=np.float32)
    known = np.flatnonzero(~np.isnan(values))
    if not len(centers) or not len(known):
        return bins
    positions = np.interp(values[known], centers, np.arange(len(centers)))
    lower = np.floor(positions).astype(np.int64)
    upper = np.minimum(lower + 1, len(centers) - 1)
    bins[known, upper] = positions - lower
    bins[known, lower] = 1 - (positions - lower)
    return bins
