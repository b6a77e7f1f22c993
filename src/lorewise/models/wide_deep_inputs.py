"""What the wide part and the deep part read of the evidence."""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import ItemNumbers, Scores
from lorewise.models.evidence import OWN_COLUMNS
from lorewise.models.fusion import USER_BOUNDS

RANK_BUCKETS, COUNT_BUCKETS, USER_BUCKETS = 8, 8, len(USER_BOUNDS) + 1
CELLS = RANK_BUCKETS * COUNT_BUCKETS * USER_BUCKETS

FURTHEST = 5.0
"""Standardized evidence beyond this counts as this."""


def standardized(rows: Scores, center: Scores, spread: Scores) -> Scores:
    """Return the evidence with mean 0 and deviation 1, its extremes cut off."""
    cut: Scores = np.clip((rows - center) / spread, -FURTHEST, FURTHEST)
    return cut


def fused_scores(rows: Scores) -> Scores:
    """Return the fused score of each place."""
    own = rows.shape[2] - len(OWN_COLUMNS)
    fused: Scores = rows[:, :, own + OWN_COLUMNS.index("fused")]
    return fused


def item_rows(items: ItemNumbers, n_rows: int) -> NDArray[np.int64]:
    """Return where each item's own vector stands; the last row for empty places and new items."""
    return np.where((items >= 0) & (items < n_rows), items, n_rows - 1).astype(np.int64)


def crossed(rows: Scores) -> NDArray[np.int64]:
    """Return the cell of each place in every table of ranks, of the members and of the fusion.

    Ranks and counts fall into buckets that double, histories into the bins of the fusion. Shape
    ``(n_queries, n_places, n_ranks)``.
    """
    own = rows.shape[2] - len(OWN_COLUMNS)
    ranks = rows[:, :, 1 : own + 2 : 2]
    counts = np.expm1(rows[:, :, own + OWN_COLUMNS.index("count")])
    lengths = np.rint(np.expm1(rows[:, :, own + OWN_COLUMNS.index("history")]))
    users = np.digitize(lengths, np.array(USER_BOUNDS), right=True)
    count_bucket = np.clip(np.log2(counts + 1), 0, COUNT_BUCKETS - 1).astype(np.int64)
    rank_bucket = np.clip(ranks / np.log(2) + 1e-4, 0, RANK_BUCKETS - 1).astype(np.int64)
    cell: NDArray[np.int64] = users * COUNT_BUCKETS + count_bucket
    crossed_cell: NDArray[np.int64] = (
        rank_bucket * (COUNT_BUCKETS * USER_BUCKETS) + cell[:, :, None]
    )
    return crossed_cell
