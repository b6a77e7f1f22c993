"""All that happened after one moment is held out."""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Timestamps
from lorewise.data.splitting.partition import RowParts, Split
from lorewise.data.splitting.shares import check_share, floor_share
from lorewise.errors import DataError


def time_cut(timestamps_s: Timestamps, share: float) -> int:
    """Return the latest time before the cut, so that at most ``share`` of the rows are later.

    ``timestamps_s`` must not be empty. Rows at the very time of the cut are all before it.
    """
    last_before = len(timestamps_s) - floor_share(len(timestamps_s), share) - 1
    return int(np.partition(timestamps_s, last_before)[last_before])


def temporal(dataset: Dataset, *, share: float = 0.2) -> Split:
    """Hold out the latest ``share`` of the rows, of users that have a history before the cut.

    Rows after the cut are in no part if their user has nothing before it, or if the user has
    the item already and may not be recommended it again (``Dataset.repeatable``). The settings
    of the split tell the cut, ``cut_s``.

    Raises:
        DataError: The data have no times, or nothing is left to hold out.
        SettingsError: ``share`` is not between 0 and 1.
    """
    check_share(share)
    _check_times(dataset)
    cut_s = time_cut(dataset.timestamps_s, share)
    train = dataset.timestamps_s <= cut_s
    held_out = ~train & _has_history(dataset, train) & ~_is_spent(dataset, train)
    parts = RowParts(train=train, held_out=held_out)
    return Split.of(dataset, "temporal", parts, {"share": share, "cut_s": cut_s})


def _check_times(dataset: Dataset) -> None:
    if not dataset.has_times or dataset.n_interactions == 0:
        raise DataError(
            f"protocol 'temporal' needs times, and the {dataset.n_interactions} interactions have "
            "none; add a `timestamp` column, or use protocol 'random'"
        )


def _has_history(dataset: Dataset, train: NDArray[np.bool_]) -> NDArray[np.bool_]:
    known = np.bincount(dataset.user_numbers[train], minlength=dataset.n_users) > 0
    return known[dataset.user_numbers]


def _is_spent(dataset: Dataset, train: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which rows have an item that the user got in training, not to be had again."""
    pairs = dataset.user_numbers.astype(np.int64) * dataset.n_items + dataset.item_numbers
    return np.isin(pairs, pairs[train & ~dataset.repeatable])
