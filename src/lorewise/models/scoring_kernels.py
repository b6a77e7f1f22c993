"""Histories times an item-item matrix, for many users at a time."""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@njit(cache=True, nogil=True, parallel=True, fastmath=True)
def add_sparse(
    out: Floats, offsets: Longs, items: Ints, strengths: Floats, matrix: tuple[Longs, Ints, Floats]
) -> None:
    """Add ``strengths[e] * matrix[items[e], :]`` to row q of ``out`` for each event e of query q.

    ``matrix`` is CSR: (offsets, columns, values).
    """
    starts, columns, values = matrix
    for q in prange(len(out)):
        row = out[q]
        for e in range(offsets[q], offsets[q + 1]):
            strength = strengths[e]
            if strength != 0:
                for at in range(starts[items[e]], starts[items[e] + 1]):
                    row[columns[at]] += strength * values[at]


@njit(cache=True, nogil=True, parallel=True, fastmath=True)
def add_dense(out: Floats, offsets: Longs, items: Ints, strengths: Floats, matrix: Floats) -> None:
    """Add ``strengths[e] * matrix[items[e], :]`` to row q of ``out``; see ``add_sparse``."""
    for q in prange(len(out)):
        row = out[q]
        for e in range(offsets[q], offsets[q + 1]):
            strength = strengths[e]
            if strength != 0:
                source = matrix[items[e]]
                for column in range(len(source)):
                    row[column] += strength * source[column]
