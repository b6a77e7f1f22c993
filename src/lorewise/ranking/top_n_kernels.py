"""The best k of each row, compiled."""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray


@njit(cache=True, nogil=True, parallel=True)
def best_of_rows(
    scores: NDArray[np.float32], k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the columns of the k largest values of each row, best first, and the values.

    NaN is never chosen. Ties go to the earlier column. -1 and NaN fill up.
    """
    n_rows, n_columns = scores.shape
    columns = np.full((n_rows, k), -1, dtype=np.int32)
    values = np.full((n_rows, k), np.nan, dtype=np.float32)
    for row in prange(n_rows):
        best, at = values[row], columns[row]
        count = 0
        for column in range(n_columns):
            value = scores[row, column]
            # A NaN fails both comparisons, as a value or as the bar of a list not yet full.
            if value > best[k - 1] or (count < k and value == value):
                place = min(count, k - 1)
                while place > 0 and best[place - 1] < value:
                    best[place], at[place] = best[place - 1], at[place - 1]
                    place -= 1
                best[place], at[place] = value, column
                count = min(count + 1, k)
    return columns, values
