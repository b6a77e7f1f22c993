"""Weighted sums of standardized scores, compiled."""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@njit(cache=True, nogil=True, parallel=True, fastmath=False)
def add_standardized(
    out: Floats,
    scores: Floats,
    is_warm: NDArray[np.bool_],
    groups: NDArray[np.int8],
    weights: Floats,
) -> None:
    """Add ``weights[q, groups[i]] * (scores[q, i] - mean) / deviation`` to ``out``.

    Mean and deviation are the query's over the warm items that have a score; NaN adds nothing,
    and neither does a row without spread. An entry of ``out`` that is NaN starts from 0.
    """
    n_queries, n_items = scores.shape
    for q in prange(n_queries):
        row = scores[q]
        total, squares, count = 0.0, 0.0, 0
        for i in range(n_items):
            value = row[i]
            if is_warm[i] and not np.isnan(value):
                total += value
                squares += value * value
                count += 1
        if count == 0:
            continue
        mean = total / count
        spread = squares / count - mean * mean
        if spread <= 1e-12 * max(mean * mean, 1e-30):
            continue
        inverse = 1 / np.sqrt(spread)
        for i in range(n_items):
            value = row[i]
            weight = weights[q, groups[i]]
            if weight != 0 and not np.isnan(value):
                before = np.float32(0) if np.isnan(out[q, i]) else out[q, i]
                out[q, i] = before + weight * np.float32((value - mean) * inverse)
