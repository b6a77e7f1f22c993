"""The last item is held out, and most of what came before is forgotten."""

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.draws import draw_rows, lowest_of_each_user
from lorewise.data.splitting.last_item import last_rows
from lorewise.data.splitting.partition import RowParts, Split
from lorewise.data.splitting.shares import check_share, floor_share

_DRAWN_LAST = 2.0
"""Above every draw, which are below 1."""


def sparse(dataset: Dataset, *, rng: np.random.Generator, keep: float = 0.1) -> Split:
    """Hold out as ``last_item`` does, then keep a random ``keep`` of each user's training rows.

    Rounded down, but never less than one row a user. The rows thinned out are in no part.

    Raises:
        DataError: No user has three rows.
        SettingsError: ``keep`` is not between 0 and 1.
    """
    check_share(keep)
    held_out = last_rows(dataset)
    n_left = np.bincount(dataset.user_numbers[~held_out], minlength=dataset.n_users)
    n_kept = np.maximum(np.minimum(n_left, 1), floor_share(n_left, keep))
    draws = np.where(held_out, _DRAWN_LAST, draw_rows(dataset, rng))
    train = lowest_of_each_user(dataset, draws, n_kept)
    return Split.of(dataset, "sparse", RowParts(train=train, held_out=held_out), {"keep": keep})
