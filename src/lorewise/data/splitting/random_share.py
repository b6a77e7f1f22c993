"""A random share of each user's interactions is held out."""

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.draws import draw_rows, lowest_of_each_user
from lorewise.data.splitting.partition import RowParts, Split
from lorewise.data.splitting.shares import check_share, floor_share


def random_share(dataset: Dataset, *, rng: np.random.Generator, share: float = 0.2) -> Split:
    """Hold out ``share`` of each user's rows, rounded down; the rest is for training.

    For data without times: with them it lets a model learn from the future.

    Raises:
        DataError: No user has enough rows for one to be held out.
        SettingsError: ``share`` is not between 0 and 1.
    """
    check_share(share)
    n_held_out = floor_share(np.diff(dataset.offsets), share)
    held_out = lowest_of_each_user(dataset, draw_rows(dataset, rng), n_held_out)
    parts = RowParts(train=~held_out, held_out=held_out)
    return Split.of(dataset, "random", parts, {"share": share})
