"""How little known the shown items are."""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.item_list import RankedLists
from lorewise.evaluation.accuracy import PerUser
from lorewise.evaluation.training_counts import TrainingCounts


def novelty(lists: RankedLists, k: int, counts: TrainingCounts) -> PerUser:
    """Return the mean self-information of the first ``k`` items in bits; NaN for an empty list.

    An item that ``u`` of ``n`` training users have carries ``-log2((u + 1) / (n + 1))`` bits: 0 if
    all have it. Adding one keeps it finite for cold items, at ``log2(n + 1)``.

    Source: Zhou et al., PNAS 2010; smoothed here.
    """
    bits = -np.log2((counts.item_users + 1) / (counts.n_users + 1))
    return mean_of_shown(bits, lists, k)


def average_popularity(lists: RankedLists, k: int, counts: TrainingCounts) -> PerUser:
    """Return the mean number of training interactions of the first ``k`` items.

    NaN for an empty list.

    Source: Yin et al., VLDB 2012 (average recommendation popularity).
    """
    return mean_of_shown(counts.item_events.astype(np.float64), lists, k)


def mean_of_shown(values: NDArray[np.float64], lists: RankedLists, k: int) -> PerUser:
    """Return the mean over each list's first ``k`` items of a value per item; NaN if empty."""
    shown = lists.numbers[:, :k]
    filled = shown >= 0
    lengths = filled.sum(axis=1)
    sums = np.where(filled, values[shown], 0.0).sum(axis=1)
    return np.where(lengths > 0, sums / np.maximum(lengths, 1), np.nan)
