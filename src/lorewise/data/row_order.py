"""Whether the order of a user's rows can be that of time."""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset

SORTED_FROM = 0.95
"""Share of neighboring rows from which they are taken to be sorted, and not to have come so."""


def rows_tell_time(dataset: Dataset) -> bool:
    """Return whether later rows of a user are later events.

    So it is with times, and without them unless the rows are sorted by weight, rating or id:
    tables of play counts often begin with what a user played most.
    """
    if dataset.has_times:
        return True
    is_next = dataset.user_numbers[1:] == dataset.user_numbers[:-1]
    keys = (dataset.weights, dataset.ratings, _id_ranks(dataset)[dataset.item_numbers])
    return not any(_is_sorted(key, is_next) for key in keys)


def _is_sorted(keys: NDArray[np.generic], is_next: NDArray[np.bool_]) -> bool:
    steps = np.sign(np.diff(keys.astype(np.float64))[is_next])
    n_rising, n_falling = np.sum(steps > 0), np.sum(steps < 0)
    n_decided = n_rising + n_falling  # equal keys are in no order
    if not n_decided or n_decided < len(steps) / 2:
        return False
    return bool(max(n_rising, n_falling) >= SORTED_FROM * n_decided)


def _id_ranks(dataset: Dataset) -> NDArray[np.int64]:
    """Return each item's place among the ids, by their value where all are whole numbers."""
    ids = np.asarray(dataset.items.ids, dtype=np.str_)
    keys = ids.astype(np.float64) if np.char.isdecimal(ids).all() else ids
    ranks = np.empty(len(ids), dtype=np.int64)
    ranks[np.argsort(keys, kind="stable")] = np.arange(len(ids))
    return ranks
