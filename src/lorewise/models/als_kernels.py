"""One row of factors after another by weighted least squares, compiled and parallel over rows.

Each event costs ``block_size`` + 3 multiply-adds a component (half of the first would do, for the
matrix is symmetric), each row ``block_size``^2 / 6 more for the solution and ``n_components`` for
what did not happen. One block of all components is what a direct solution costs.
"""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from lorewise.models.cholesky_kernels import REORDERED, solve_in_place

Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]


@njit(cache=True, nogil=True, fastmath=REORDERED)
def dot(a: Floats, b: Floats) -> np.float32:
    """Return the inner product of two vectors."""
    total = np.float32(0)
    for k in range(len(a)):
        total += a[k] * b[k]
    return total


@njit(cache=True, nogil=True, fastmath=REORDERED)
def add_scaled(row: Floats, factor: np.float32, other: Floats) -> None:
    """Add ``factor`` times ``other`` to ``row``."""
    for k in range(len(row)):
        row[k] += factor * other[k]


@njit(cache=True, nogil=True, fastmath=REORDERED)
def add_events(gram: Floats, met: Floats, sizes: Floats) -> None:
    """Add ``sizes[e] * met[e] met[e]'`` of each event e.

    Four events in one pass over the matrix. Whole rows, though half would do: rows of one length
    are what the compiler makes fast.
    """
    n_events, width = met.shape
    n_by_four = n_events - n_events % 4
    for e in range(0, n_by_four, 4):
        a, b, c, d = met[e], met[e + 1], met[e + 2], met[e + 3]
        for i in range(width):
            row, by_a, by_b = gram[i], sizes[e] * a[i], sizes[e + 1] * b[i]
            by_c, by_d = sizes[e + 2] * c[i], sizes[e + 3] * d[i]
            for k in range(width):
                row[k] += by_a * a[k] + by_b * b[k] + by_c * c[k] + by_d * d[k]
    for e in range(n_by_four, n_events):
        for i in range(width):
            add_scaled(gram[i], sizes[e] * met[e, i], met[e])


@njit(cache=True, nogil=True)
def improve_block(
    row: Floats,
    start: int,
    gram: Floats,
    met: Floats,
    sizes: Floats,
    errors: Floats,
    pull: np.float32,
    drawn: Floats,
) -> bool:
    """Set components from ``start`` on to their best values, the others held; update ``errors``.

    Args:
        row: All components.
        start: Of the block, which is as wide as ``met``.
        gram: Of all the others' factors, times the weight of what did not happen.
        met: The block of the factors of what the row met; shape ``(n_events, width)``.
        sizes: Weight of each event.
        errors: What each event's score lacks to its target.
        pull: To ``drawn / pull``.
        drawn: Shape ``(n_components,)``.

    Returns:
        Whether the system was positive definite to float32; else the row stays as it was.
    """
    n_events, width = met.shape
    square = gram[start : start + width, start : start + width].copy()
    right = drawn[start : start + width] - pull * row[start : start + width]
    for i in range(width):
        square[i, i] += pull
        right[i] -= dot(gram[start + i], row)
    add_events(square, met, sizes)
    for e in range(n_events):
        add_scaled(right, sizes[e] * errors[e], met[e])
    system = np.empty((width, width + 1), dtype=np.float32)
    system[:, :width] = square
    system[:, width] = right
    step = np.empty(width, dtype=np.float32)
    if not solve_in_place(system, width, step):
        return False
    row[start : start + width] += step
    for e in range(n_events):
        errors[e] -= dot(met[e], step)
    return True


@njit(cache=True, nogil=True, parallel=True)
def improve_rows(
    factors: Floats,
    others: Floats,
    gram: Floats,
    events: tuple[Longs, Ints, Floats, Floats],
    pulls: Floats,
    drawn: Floats,
    block_size: int,
) -> Flags:
    """Improve each row x of ``factors`` in place, one block of components after another.

    What falls is ``sum_e size_e (target_e - x y_e)^2 + x' gram x + pull |x|^2 - 2 x drawn``, e the
    events of the row and y_e the row of ``others`` that was met. With one block of all components
    x becomes the exact minimum, wherever it began.

    Args:
        factors: Shape ``(n_rows, n_components)``.
        others: Factors of the other side; shape ``(n_others, n_components)``.
        gram: ``others' others`` times the weight of what did not happen.
        events: Offsets of each row, who was met, sizes, targets.
        pulls: Above 0; shape ``(n_rows,)``.
        drawn: Shape of ``factors``.
        block_size: Components solved at once; at least 1.

    Returns:
        Whether every system of a row was positive definite; shape ``(n_rows,)``.

    Source: iALS++ (Rendle et al., 2021). There a block of all rows comes before the
    next block; rows of one side do not touch each other, so row by row gives the same.
    """
    offsets, numbers, sizes, targets = events
    n_components = factors.shape[1]
    is_solved = np.ones(len(factors), dtype=np.bool_)
    for r in prange(len(factors)):
        own = slice(offsets[r], offsets[r + 1])
        met, errors = numbers[own], targets[own].copy()
        for e in range(len(met)):
            errors[e] -= dot(others[met[e]], factors[r])
        for start in range(0, n_components, block_size):
            width = min(block_size, n_components - start)
            near = np.empty((len(met), width), dtype=np.float32)
            for e in range(len(met)):
                near[e] = others[met[e], start : start + width]
            is_solved[r] &= improve_block(
                factors[r], start, gram, near, sizes[own], errors, pulls[r], drawn[r]
            )
    return is_solved
