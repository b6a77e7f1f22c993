"""Compares sparse rows over their shared columns and keeps the nearest, compiled.

The cost is that of the cells that rows share; nothing of the size rows x rows is made.
"""

from typing import Any

import numpy as np
from numba import njit

from lorewise.models.selection_kernels import strongest

COSINE, SHARED_COSINE, PEARSON, TVERSKY = 0, 1, 2, 3

_SHARED, _PRODUCT, _X, _Y, _XX, _YY = 0, 1, 2, 3, 4, 5  # columns of the running sums
_N_SUMS = 6
_FEWEST_FOR_CORRELATION = 2
_ROUNDING = 1e-9  # of a sum of squares; below this share a spread is rounding, not spread


@njit(cache=True, nogil=True)
def _spread(square_sum: float, total: float, n: float) -> float:
    spread = square_sum - total * total / n
    return spread if spread > _ROUNDING * square_sum else 0.0


@njit(cache=True, nogil=True)
def _similarity(sums: Any, size: float, row_size: float, measure: Any) -> float:  # noqa: ANN401  compiled
    """Return the similarity of two rows from the sums over the columns that both have.

    ``size`` and ``row_size`` are lengths over all columns (``TVERSKY``: numbers of columns).
    """
    kind, shrinkage, alpha, beta = measure
    n, top = sums[_SHARED], sums[_PRODUCT]
    if kind == COSINE:
        bottom = size * row_size
    elif kind == SHARED_COSINE:
        bottom = np.sqrt(sums[_XX] * sums[_YY])
    elif kind == PEARSON:
        if n < _FEWEST_FOR_CORRELATION:
            return 0.0
        top = top - sums[_X] * sums[_Y] / n
        spread_x = _spread(sums[_XX], sums[_X], n)
        bottom = np.sqrt(spread_x * _spread(sums[_YY], sums[_Y], n))
    else:
        top = n
        bottom = n + alpha * (size - n) + beta * (row_size - n)
    return top / (bottom + shrinkage) if bottom > 0 else 0.0


@njit(cache=True, nogil=True)
def _accumulate(row: Any, by_column: Any, sums: Any, touched: Any) -> int:  # noqa: ANN401  compiled
    """Add up what ``row`` shares with every other row; return how many share anything."""
    columns, values = row
    starts, rows, row_values = by_column
    n_touched = 0
    for column, x in zip(columns, values):  # noqa: B905  numba knows no strict
        for at in range(starts[column], starts[column + 1]):
            other, y = rows[at], row_values[at]
            if sums[other, _SHARED] == 0:
                touched[n_touched] = other
                n_touched += 1
            sums[other, _SHARED] += 1
            sums[other, _PRODUCT] += x * y
            sums[other, _X] += x
            sums[other, _Y] += y
            sums[other, _XX] += x * x
            sums[other, _YY] += y * y
    return n_touched


@njit(cache=True, nogil=True)
def nearest_rows(
    wanted: Any,  # noqa: ANN401  compiled
    by_column: Any,  # noqa: ANN401  compiled
    sizes: Any,  # noqa: ANN401  compiled
    measure: Any,  # noqa: ANN401  compiled
    left_out: Any,  # noqa: ANN401  compiled
    found: Any,  # noqa: ANN401  compiled
) -> None:
    """Fill ``found`` with each wanted row's nearest rows, best first; similarities above 0 only.

    Args:
        wanted: Offsets, columns and values of the rows asked for; no column twice in a row.
        by_column: Offsets, row numbers and values of the rows searched, column by column.
        sizes: Sizes of the wanted rows and of the rows searched, as ``_similarity`` needs them.
        measure: Kind, shrinkage, alpha and beta.
        left_out: For each wanted row a row that is not its neighbor (itself), or -1.
        found: Row numbers and similarities, both ``(n_wanted, k)``; the rest of a line is left.
    """
    starts, columns, values = wanted
    wanted_sizes, row_sizes = sizes
    numbers, similarities = found
    sums = np.zeros((len(row_sizes), _N_SUMS))
    touched = np.empty(len(row_sizes), np.int32)
    scores = np.empty(len(row_sizes), np.float64)
    for w in range(len(wanted_sizes)):
        cells = slice(starts[w], starts[w + 1])
        n_touched = _accumulate((columns[cells], values[cells]), by_column, sums, touched)
        n = 0
        for at in range(n_touched):
            other = touched[at]
            score = _similarity(sums[other], wanted_sizes[w], row_sizes[other], measure)
            sums[other] = 0
            if score > 0 and other != left_out[w]:
                touched[n], scores[n] = other, score
                n += 1
        best = strongest(touched[:n], scores[:n], numbers.shape[1])
        numbers[w, : len(best)] = touched[best]
        similarities[w, : len(best)] = scores[best]
