"""How well held-out events are found, while a net is trained."""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import ItemNumbers, Scores

CUTOFF = 10
"""Of the NDCG."""


def gains(
    scores: Scores, owners: NDArray[np.int64], seen: ItemNumbers, answers: ItemNumbers
) -> NDArray[np.float64]:
    """Return NDCG@10 of one answer per row of ``scores``, which is overwritten.

    Other items of the history are left out: ``owners`` are the rows of ``seen``. Tied items, and
    none that is NaN, count as ahead.
    """
    rows = np.arange(len(answers))
    own = scores[rows, answers][:, None]
    scores[owners, seen] = np.nan
    scores[rows, answers] = np.nan
    ranks = 1 + (scores >= own).sum(axis=1)
    return np.where(ranks <= CUTOFF, 1 / np.log2(1 + ranks), 0)
