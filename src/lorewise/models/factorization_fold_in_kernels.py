"""Users read off their histories, one small system each, compiled."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lorewise.models.cholesky_kernels import solve_in_place

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@njit(cache=True, nogil=True)
def add_upper(matrix: Floats, row: Floats, curvature: np.float32, slope: np.float32) -> None:
    """Add ``curvature row row'`` to the upper triangle, ``slope row`` to the column after it."""
    size = len(row)
    for i in range(size):
        factor = curvature * row[i]
        for j in range(i, size):
            matrix[i, j] += factor * row[j]
        matrix[i, size] += slope * row[i]


@njit(cache=True, nogil=True)
def solve_users(
    offsets: Longs,
    rows: Floats,
    curvatures: Floats,
    slopes: Floats,
    ridges: Floats,
    solved: Floats,
) -> None:
    """Fill ``solved`` with ``p`` of ``(sum h x x' + diag(ridges)) p = sum g x`` for each query.

    Args:
        offsets: Query q owns events ``offsets[q]`` to ``offsets[q + 1] - 1``.
        rows: x of each event; shape ``(n_events, size)``.
        curvatures: h, at least 0; shape ``(n_events,)``.
        slopes: g; shape ``(n_events,)``.
        ridges: Above 0; shape ``(size,)``.
        solved: Shape ``(n_queries, size)``.
    """
    size = len(ridges)
    matrix = np.empty((size, size + 1), dtype=np.float32)
    for q in range(len(solved)):
        matrix[:] = 0
        for i in range(size):
            matrix[i, i] = ridges[i]
        for at in range(offsets[q], offsets[q + 1]):
            add_upper(matrix, rows[at], curvatures[at], slopes[at])
        solve_in_place(matrix, size, solved[q])
