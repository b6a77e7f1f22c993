"""Hits that popularity alone would not have found."""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.item_list import RankedLists
from lorewise.data.queries import Queries
from lorewise.evaluation.accuracy import PerUser
from lorewise.evaluation.targets import Targets


def serendipity(
    lists: RankedLists, k: int, targets: Targets, expected: NDArray[np.bool_]
) -> PerUser:
    """Return the share of ``k`` places taken by targets that were not expected.

    ``|shown & relevant - expected| / k``, with ``expected`` of ``expected_by_popularity``. NaN for
    a query without targets.

    Source: Ge, Delgado-Battenfeld and Jannach, RecSys 2010; their primitive model is popularity.
    """
    shown = lists.numbers[:, :k]
    wide = int(max(shown.max(initial=0), targets.item_numbers.max(initial=0))) + 1
    relevant = np.isin(
        np.arange(len(shown))[:, None] * wide + shown,
        targets.query_numbers * wide + targets.item_numbers,
    )
    hits = (relevant & (shown >= 0) & ~expected[:, :k]).sum(axis=1)
    return np.where(targets.lengths > 0, hits / k, np.nan)


def expected_by_popularity(
    lists: RankedLists, k: int, histories: Queries, popularity_ranks: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return which shown items are among the ``k`` most popular that the user has not met yet.

    Args:
        lists: The lists.
        k: How many popular items anyone would expect.
        histories: What each user has met; one query per list.
        popularity_ranks: Each item's place by popularity, from 0; larger than any other for items
            that nobody would expect; shape ``(n_items,)``.

    Returns:
        Shape of ``lists.numbers``; False where the list has ended.
    """
    cutoffs = _kth_missing(
        histories.query_numbers, popularity_ranks[histories.item_numbers], k, len(histories)
    )
    shown = lists.numbers
    return (shown >= 0) & (popularity_ranks[shown] <= cutoffs[:, None])


def _kth_missing(
    rows: NDArray[np.int64], places: NDArray[np.int64], k: int, n_rows: int
) -> NDArray[np.int64]:
    """Return, by row, the k-th of the numbers 0, 1, ... that its places do not hold.

    A held place moves the answer by one if fewer than ``k`` free places come before it.
    """
    wide = int(places.max(initial=0)) + 1
    held_rows, held = np.divmod(np.unique(rows * wide + places), wide)
    starts = np.searchsorted(held_rows, held_rows)
    free_before = held - (np.arange(len(held)) - starts)
    return k - 1 + np.bincount(held_rows[free_before < k], minlength=n_rows)
