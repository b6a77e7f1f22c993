"""The last interaction of each user is held out."""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.partition import RowParts, Split

FEWEST_ROWS = 3
"""Users with fewer interactions keep them all: one to learn from would say too little."""


def last_rows(dataset: Dataset) -> NDArray[np.bool_]:
    """Return which rows are the last of a user that has at least ``FEWEST_ROWS``."""
    counts = np.diff(dataset.offsets)
    held_out = np.zeros(dataset.n_interactions, dtype=np.bool_)
    held_out[dataset.offsets[1:][counts >= FEWEST_ROWS] - 1] = True
    return held_out


def last_item(dataset: Dataset) -> Split:
    """Hold out the last row of each user with at least three; the rest is for training.

    A dislike counts like any other row, and so does an item that the user had before. Where
    times tie or are missing, file order says which is last: see ``Split.tied``.

    Raises:
        DataError: No user has three rows.
    """
    held_out = last_rows(dataset)
    return Split.of(dataset, "last-item", RowParts(train=~held_out, held_out=held_out), {})
