"""Matrices of users and items, and the best of each row; for peers that score the catalog."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from peers.asking import Recommend
from peers.exchange import LIST_LENGTH, Events, Lists

AT_ONCE = 512
"""Users whose scores are held at a time."""

Score = Callable[[NDArray[np.int32]], NDArray[np.floating[Any]]]
"""A row of scores per user, one for each item."""


def user_items(events: Events) -> sparse.csr_matrix:
    """Return 1 where the user met the item, in single precision; ``(n_users, n_items)``."""
    ones = np.ones(len(events), dtype=np.float32)
    shape = (events.n_users, events.n_items)
    met = sparse.csr_matrix((ones, (events.users, events.items)), shape=shape)
    met.data[:] = 1  # repeated events were added up
    return met


def recommend_by(score: Score, met: sparse.csr_matrix) -> Recommend:
    """Return what lists the best-scored items that each user has not met."""

    def recommend(users: NDArray[np.int32]) -> Lists:
        parts = [np.zeros((0, LIST_LENGTH), dtype=np.int32)]
        for start in range(0, len(users), AT_ONCE):
            some = users[start : start + AT_ONCE]
            scores = np.array(score(some), dtype=np.float32)
            rows, columns = met[some].nonzero()
            scores[rows, columns] = -np.inf
            parts.append(best(scores))
        return np.concatenate(parts)

    return recommend


def best(scores: NDArray[np.float32], k: int = LIST_LENGTH) -> Lists:
    """Return the k best columns of each row, best first; -1 in place of NaN and minus infinity.

    >>> best(np.array([[0.1, -np.inf, 0.7]], dtype=np.float32), 3)
    array([[ 2,  0, -1]], dtype=int32)
    """
    filled = np.where(np.isnan(scores), -np.inf, scores)
    n_kept = min(k, filled.shape[1])
    kept = np.argpartition(-filled, n_kept - 1, axis=1)[:, :n_kept]
    values = np.take_along_axis(filled, kept, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    values = np.take_along_axis(values, order, axis=1)
    lists = np.full((len(scores), k), -1, dtype=np.int32)
    lists[:, :n_kept] = np.where(np.isneginf(values), -1, np.take_along_axis(kept, order, axis=1))
    return lists
