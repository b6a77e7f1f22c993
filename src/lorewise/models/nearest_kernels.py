"""The largest entries of each row of a dense block of similarities."""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray


@njit(cache=True, nogil=True, parallel=True)
def largest_of_rows(
    block: NDArray[np.float32], skip: NDArray[np.int32], k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the columns of the k largest values of each row, largest first, and the values.

    Column ``skip[row]`` is passed over (-1: none). Ties go to the earlier column. -1 and
    -inf fill up where a row has fewer than k columns.
    """
    n_rows, n_columns = block.shape
    columns = np.full((n_rows, k), -1, dtype=np.int32)
    values = np.full((n_rows, k), -np.inf, dtype=np.float32)
    if k == 0:
        return columns, values
    for row in prange(n_rows):
        best, at = values[row], columns[row]
        bar = -np.inf
        for column in range(n_columns):
            value = block[row, column]
            if value > bar and column != skip[row]:
                place = k - 1
                while place > 0 and best[place - 1] < value:
                    best[place], at[place] = best[place - 1], at[place - 1]
                    place -= 1
                best[place], at[place] = value, column
                bar = best[k - 1]
    return columns, values
