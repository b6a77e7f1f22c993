"""A loop small enough to show at once whether compiling works here."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def summed(values: NDArray[np.float64]) -> float:
    """Return the sum of the values."""
    total = 0.0
    for value in values:
        total += value
    return total
