"""Sparse columns with what knowledge adds, compiled."""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from lorewise.models.selection_kernels import strongest

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]


@njit(cache=True, nogil=True, parallel=True)
def lifted_columns(
    kept: Numbers, coefficients: Floats, near: Numbers, reader: Floats, vectors: Floats
) -> tuple[Numbers, Floats]:
    """Return sources and coefficients of each column j with ``reader[i] . vectors[j]`` added.

    Over its own sources and those of ``near``; the strongest are kept. A source without a row in
    ``reader`` gains nothing.
    """
    n_columns, n_kept = kept.shape
    sources = np.full(kept.shape, -1, dtype=np.int32)
    values = np.zeros(kept.shape, dtype=np.float32)
    for j in prange(n_columns):
        own = kept[j][kept[j] >= 0]
        found = np.empty(len(own) + near.shape[1], dtype=np.int32)
        total = np.zeros(len(found), dtype=np.float32)
        n = 0
        for at in range(n_kept):
            if kept[j, at] >= 0:
                found[n], total[n] = kept[j, at], coefficients[j, at]
                n += 1
        for item in near[j]:
            if item >= 0 and not np.any(own == item):
                found[n] = item
                n += 1
        for at in range(n):
            if found[at] < len(reader):
                total[at] += np.dot(reader[found[at]], vectors[j])
        best = strongest(found[:n], np.abs(total[:n]), n_kept)
        for at in range(len(best)):
            sources[j, at], values[j, at] = found[best[at]], total[best[at]]
    return sources, values
