"""An order of users and items in which ids play no part.

A net starts from chance and ends where chance led it. So that the same events give the same net
under any ids, chance is dealt out in this order.
"""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset

Keys = NDArray[np.uint64]

N_ROUNDS = 2
"""Users are known by their items, items by their users: twice tells apart all that matter."""

FIRST_MIX, SECOND_MIX = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))


def nameless_order(dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all user numbers and all item numbers, in an order that depends on events alone.

    Users with the same events, and items with the same, keep the order of their numbers.

    Source: Weisfeiler and Leman, 1968, on the graph of events.
    """
    events = _event_keys(dataset)
    items = np.zeros(dataset.n_items, dtype=np.uint64)
    users = np.zeros(dataset.n_users, dtype=np.uint64)
    for _ in range(N_ROUNDS):
        users = _summed(mixed(events + items[dataset.item_numbers]), dataset.user_numbers, users)
        items = _summed(mixed(events + users[dataset.user_numbers]), dataset.item_numbers, items)
    return np.argsort(users, kind="stable"), np.argsort(items, kind="stable")


def mixed(keys: Keys) -> Keys:
    """Return keys that differ in about half of their bits where the given ones differ in any.

    Source: Steele, Lea and Flood, OOPSLA 2014, ``mix64`` of SplitMix.
    """
    keys = (keys ^ (keys >> SHIFTS[0])) * FIRST_MIX
    keys = (keys ^ (keys >> SHIFTS[1])) * SECOND_MIX
    return keys ^ (keys >> SHIFTS[2])


def _event_keys(dataset: Dataset) -> Keys:
    """Return a key per event, of its place in the history, its time and its weight."""
    places = np.arange(dataset.n_interactions) - dataset.offsets[dataset.user_numbers]
    keys = mixed(places.astype(np.uint64) + np.uint64(1))
    for column in (dataset.timestamps_s, dataset.weights.astype(np.float64)):
        keys = mixed(keys + column.view(np.uint64))
    return keys


def _summed(keys: Keys, owners: NDArray[np.int32], like: Keys) -> Keys:
    """Return the sum of each owner's keys: the same in whatever order they come."""
    sums = np.zeros_like(like)
    np.add.at(sums, owners, keys)
    return sums
