"""The Cholesky solution of one small symmetric system, compiled for speed on a single thread."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]

REORDERED = {"reassoc", "contract", "arcp", "nsz"}
"""What the compiler may do to sums; it must not assume that nothing is NaN."""


@njit(cache=True, nogil=True, fastmath=REORDERED)
def subtract(row: Floats, other: Floats) -> None:
    """Subtract ``other`` times its first value from ``row``."""
    factor = other[0]
    for k in range(len(row)):
        row[k] -= factor * other[k]


@njit(cache=True, nogil=True, fastmath=REORDERED)
def subtract_four(row: Floats, a: Floats, b: Floats, c: Floats, d: Floats) -> None:
    """Subtract four rows, each times its first value; one pass instead of four."""
    by_a, by_b, by_c, by_d = a[0], b[0], c[0], d[0]
    for k in range(len(row)):
        row[k] -= by_a * a[k] + by_b * b[k] + by_c * c[k] + by_d * d[k]


@njit(cache=True, nogil=True, fastmath=REORDERED)
def solve_in_place(matrix: Floats, size: int, solution: Floats) -> bool:
    """Solve a positive definite system; return whether it was one, to float32.

    Args:
        matrix: The system in the upper triangle of the first ``size`` rows and columns, the right
            side in column ``size``; used up.
        size: Of the system.
        solution: Receives the solution in its first ``size`` places.
    """
    width = size + 1
    for k in range(0, size, 4):
        stop = min(k + 4, size)
        for i in range(k, stop):
            row = matrix[i, i:width]
            for j in range(k, i):
                subtract(row, matrix[j, i:width])
            if not row[0] > 0:
                return False
            row *= 1 / np.sqrt(row[0])
        for i in range(stop, size):
            subtract_four(
                matrix[i, i:width],
                matrix[k, i:width],
                matrix[k + 1, i:width],
                matrix[k + 2, i:width],
                matrix[k + 3, i:width],
            )
    for i in range(size - 1, -1, -1):
        row, later = matrix[i, i + 1 : size], solution[i + 1 : size]
        total = np.float32(0)
        for k in range(len(row)):
            total += row[k] * later[k]
        solution[i] = (matrix[i, size] - total) / matrix[i, i]
    return True
