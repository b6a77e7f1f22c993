"""How many a share of a count is."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lorewise.errors import SettingsError

Count = TypeVar("Count", int, NDArray[np.int64])

_ROUNDING = 1e-9
"""Lifts products such as 0.29 * 100 = 28.999999999999996 over the whole number they mean."""


def floor_share(count: Count, share: float) -> Count:
    """Return the whole number at or below ``share`` of each count.

    >>> floor_share(100, 0.29)
    29
    """
    if isinstance(count, int):
        return int(count * share + _ROUNDING)
    shares: NDArray[np.int64] = np.floor(count * share + _ROUNDING).astype(np.int64)
    return shares


def check_share(share: float) -> None:
    """Refuse a share that is not between 0 and 1.

    Raises:
        SettingsError: It is 0 or less, 1 or more, or NaN.
    """
    if not 0 < share < 1:
        raise SettingsError(
            f"a share of {share} cannot be split off; give one above 0 and below 1, such as 0.2"
        )
