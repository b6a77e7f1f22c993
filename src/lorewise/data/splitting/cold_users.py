"""Users leave the training data altogether, as if they had just arrived."""

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.draws import draw_numbers
from lorewise.data.splitting.partition import RowParts, Split
from lorewise.data.splitting.shares import check_share
from lorewise.errors import SettingsError

LEAST_SHARE, MOST_SHARE, ENOUGH_USERS = 0.1, 1 / 3, 200


def cold_users(
    dataset: Dataset, *, rng: np.random.Generator, n_revealed: int = 3, share: float = 0.1
) -> Split:
    """Take a ``share`` of the users out of training and hold out all but their first events.

    The first ``n_revealed`` events of each are in ``Split.history`` but not in ``Split.train``.
    The same seed draws the same users whatever ``n_revealed``; those with no more events than
    that are no targets.

    Raises:
        DataError: There are fewer than two users, or no cold one has events left to hold out.
        SettingsError: ``n_revealed`` is negative, or ``share`` not between 0 and 1.
    """
    check_share(share)
    if n_revealed < 0:
        raise SettingsError(
            f"{n_revealed} events cannot be revealed; give 0 or more, such as 0, 1, 3, 5 or 10"
        )
    cold = draw_numbers(dataset.users, np.unique(dataset.user_numbers), share, rng)
    is_cold = np.isin(dataset.user_numbers, cold)
    is_early = (
        np.arange(dataset.n_interactions) < dataset.offsets[dataset.user_numbers] + n_revealed
    )
    parts = RowParts(train=~is_cold, held_out=is_cold & ~is_early, revealed=is_cold & is_early)
    return Split.of(dataset, "cold-users", parts, {"share": share, "n_revealed": n_revealed})


def enough_share(n_users: int) -> float:
    """Return the share of users to take out: a tenth, more where that leaves few to be asked.

    >>> enough_share(10_000), enough_share(800), enough_share(300) == 1 / 3
    (0.1, 0.25, True)
    """
    wanted = ENOUGH_USERS / max(1, n_users)
    return min(MOST_SHARE, max(LEAST_SHARE, wanted))
