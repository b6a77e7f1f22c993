"""Chance that runs over ids in their alphabetical order, whatever numbers we gave them.

So whoever knows the data and the seed can repeat a split without this package.
"""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.shares import floor_share
from lorewise.data.vocabulary import Vocabulary


def draw_numbers(
    vocabulary: Vocabulary, numbers: NDArray[np.int32], share: float, rng: np.random.Generator
) -> NDArray[np.int32]:
    """Return a random share of these numbers (at least one of them), rising."""
    by_id = numbers[np.argsort(vocabulary.array[numbers], kind="stable")]
    n_drawn = max(1, floor_share(len(by_id), share))
    return np.sort(rng.permutation(by_id)[:n_drawn])


def draw_rows(dataset: Dataset, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a number in [0, 1) per row, dealt out user by user; shape ``(n_interactions,)``."""
    places = np.empty(dataset.n_users, dtype=np.int64)
    places[np.argsort(dataset.users.array, kind="stable")] = np.arange(dataset.n_users)
    order = np.argsort(places[dataset.user_numbers], kind="stable")
    draws = np.empty(dataset.n_interactions)
    draws[order] = rng.random(dataset.n_interactions)
    return draws


def lowest_of_each_user(
    dataset: Dataset, draws: NDArray[np.float64], n_lowest: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which rows are among the ``n_lowest`` smallest draws of their user.

    ``draws`` has one number per row, ``n_lowest`` one per user.
    """
    by_draw = np.lexsort((draws, dataset.user_numbers))
    users = dataset.user_numbers[by_draw]
    ranks = np.arange(len(users)) - dataset.offsets[users]
    chosen = np.zeros(len(users), dtype=np.bool_)
    chosen[by_draw] = ranks < n_lowest[users]
    return chosen
