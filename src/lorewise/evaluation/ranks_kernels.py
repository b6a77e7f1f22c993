"""Compiled counting of the candidates that stand at or above each target."""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray


@njit(cache=True, parallel=True)
def count_at_or_above(
    scores: NDArray[np.float32],
    offsets: NDArray[np.int64],
    columns: NDArray[np.int64],
    counts: NDArray[np.int64],
) -> None:
    """Write into ``counts`` how many scores of its row are not below each target's, itself too.

    0 for a target whose column is -1 or whose score is NaN. Counting is linear in the candidates
    and runs at the speed of memory; sorting a row pays off only beyond some hundred targets.
    """
    for query in prange(len(offsets) - 1):
        row = scores[query]
        for target in range(offsets[query], offsets[query + 1]):
            count = 0
            if columns[target] >= 0:
                wanted = row[columns[target]]
                for column in range(row.shape[0]):
                    count += row[column] >= wanted
            counts[target] = count
