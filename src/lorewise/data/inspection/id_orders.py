"""The orders that item ids suggest."""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.vocabulary import Vocabulary


def id_orders(items: Vocabulary) -> dict[str, NDArray[np.int64]]:
    """Return each item's place in alphabetical order and, where all ids are numbers, by these.

    The keys are ``alphabetical`` and ``numeric``; arrays of shape ``(n_items,)``.
    """
    orders = {"alphabetical": _places(np.argsort(items.array, kind="stable"))}
    if len(items) and all(key.isascii() and key.isdecimal() for key in items.ids):
        by_number = sorted(range(len(items)), key=lambda number: int(items.ids[number]))
        orders["numeric"] = _places(np.array(by_number))
    return orders


def _places(order: NDArray[np.int64]) -> NDArray[np.int64]:
    places = np.empty(len(order), dtype=np.int64)
    places[order] = np.arange(len(order))
    return places
