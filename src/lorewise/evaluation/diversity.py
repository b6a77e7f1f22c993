"""How different the items of one list are."""

import numpy as np

from lorewise.data.item_list import RankedLists
from lorewise.data.primitives import Embeddings
from lorewise.evaluation.accuracy import PerUser


def intra_list_diversity(lists: RankedLists, k: int, vectors: Embeddings) -> PerUser:
    """Return 1 - the mean cosine of all pairs among the first ``k`` items; from 0 to 2.

    Args:
        lists: The lists.
        k: Places to look at.
        vectors: Unit rows; zeros for an item of which nothing is known, which then takes no part
            in any pair, so that ignorance does not pass for diversity; shape ``(n_items, dim)``.

    Returns:
        NaN where fewer than two items are known.

    Source: Ziegler et al., WWW 2005; Smyth and McClave, ICCBR 2001.
    """
    shown = lists.numbers[:, :k]
    rows = np.where((shown >= 0)[:, :, None], vectors[shown], 0).astype(np.float64)
    n_known = np.count_nonzero(rows.any(axis=2), axis=1)
    squares = np.einsum("qkd,qkd->q", rows, rows)
    total = np.einsum("qd,qd->q", sums := rows.sum(axis=1), sums)
    n_pairs = n_known * (n_known - 1.0)
    return np.where(n_pairs > 0, 1 - (total - squares) / np.maximum(n_pairs, 1), np.nan)
