"""Selecting and sorting short runs of numbers; compiles in a moment, unlike Numba's own."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def nth_largest(values: NDArray[np.float32], n: int) -> np.float32:
    """Return the n-th largest value, 1 for the largest; ``values`` is left in another order.

    Source: Hoare, Algorithm 65: Find, CACM 1961.
    """
    low, high, wanted = 0, len(values) - 1, len(values) - n
    while low < high:
        pivot, i, j = values[(low + high) // 2], low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i, j = i + 1, j - 1
        low, high = (low if wanted <= j else i), (high if wanted >= i else j)
    found: np.float32 = values[wanted]
    return found


@njit(cache=True, nogil=True)
def sort_by(keys: NDArray[Any], numbers: NDArray[np.int32]) -> None:
    """Sort both arrays by falling key, in place; equal keys keep their order."""
    for i in range(1, len(keys)):
        key, number, place = keys[i], numbers[i], i
        while place > 0 and keys[place - 1] < key:
            keys[place], numbers[place] = keys[place - 1], numbers[place - 1]
            place -= 1
        keys[place], numbers[place] = key, number


@njit(cache=True, nogil=True)
def sort_rising(numbers: NDArray[np.int32]) -> None:
    """Sort in place; fast where most are in order already."""
    for i in range(1, len(numbers)):
        number, place = numbers[i], i
        while place > 0 and numbers[place - 1] > number:
            numbers[place] = numbers[place - 1]
            place -= 1
        numbers[place] = number
