"""Picks the strongest of many candidates, compiled."""

from typing import Any

import numpy as np
from numba import njit

from lorewise.data.primitives import ItemNumbers


@njit(cache=True, nogil=True)
def strongest(numbers: ItemNumbers, strengths: Any, k: int) -> Any:  # noqa: ANN401  compiled
    """Return positions of at most ``k`` candidates, strongest first; of equals the lowest number.

    The order depends on numbers and strengths alone, never on the order of the candidates.
    """
    kept = np.arange(len(numbers))
    if len(numbers) > k:
        threshold = np.partition(strengths, len(numbers) - k)[len(numbers) - k]
        kept = np.flatnonzero(strengths >= threshold)
    by_number = kept[np.argsort(numbers[kept])]
    by_strength = np.argsort(-strengths[by_number], kind="mergesort")
    return by_number[by_strength[:k]]
