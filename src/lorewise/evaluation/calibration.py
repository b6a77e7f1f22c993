"""How well a list keeps the proportions of the user's own taste."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array

from lorewise.data.item_list import RankedLists
from lorewise.data.queries import Queries
from lorewise.evaluation.accuracy import PerUser
from lorewise.evaluation.training_counts import TrainingCounts

ALPHA = 0.01
"""How much of the user's own mix is blended into the list's, so that the divergence is finite."""


def calibration_error(
    lists: RankedLists, k: int, histories: Queries, group_shares: csr_array
) -> PerUser:
    """Return the divergence of each list's mix of groups from the user's mix, in nats.

    ``KL(p | q') = sum_g p(g) ln(p(g) / q'(g))``, where ``p`` is the mean of the history's rows of
    ``group_shares``, ``q`` that of the first ``k`` items and ``q' = (1 - ALPHA) q + ALPHA p``; from
    0 (same mix) to ``-ln(ALPHA)``, 4.6.

    Args:
        lists: The lists.
        k: Places to look at.
        histories: One query per list, all events with equal weight.
        group_shares: Shape ``(n_items, n_groups)``; rows add up to 1, or are zero for an item
            without group, which then does not count.

    Returns:
        NaN where the history or the list has no item with a group.

    Source: Steck, RecSys 2018, eq. 2, 3 and 6 with alpha 0.01 and equal weights; with popularity
    groups it is the measure of Abdollahpouri et al., UMAP 2021, with another divergence.
    """
    shown = lists.numbers[:, :k]
    places = shown >= 0
    wanted = _mix(histories.query_numbers, histories.item_numbers, len(histories), group_shares)
    given = _mix(np.nonzero(places)[0], shown[places], len(shown), group_shares)
    blended = (1 - ALPHA) * given + ALPHA * wanted
    ratios = np.divide(wanted, blended, out=np.ones_like(wanted), where=wanted > 0)
    divergence = (wanted * np.log(ratios)).sum(axis=1)
    defined = (wanted.sum(axis=1) > 0) & (given.sum(axis=1) > 0)
    return np.where(defined, np.maximum(divergence, 0.0), np.nan)


def tag_shares(tags: pl.Series) -> csr_array:
    """Return each item's tags in equal shares; shape ``(n_items, n_tags)``, tags sorted.

    ``tags`` has one row per item: a list of texts, or one text with ``|`` between the tags.
    Null and empty rows have no tag.

    >>> tag_shares(pl.Series(["a|b", "b", None])).toarray().tolist()
    [[0.5, 0.5], [0.0, 1.0], [0.0, 0.0]]
    """
    lists = tags.str.split("|") if tags.dtype == pl.String else tags
    pairs = (
        pl.DataFrame({"item": np.arange(len(lists)), "tag": lists})
        .explode("tag")
        .filter(pl.col("tag").is_not_null() & (pl.col("tag") != ""))
        .unique()
        .with_columns(share=1 / pl.len().over("item"), column=pl.col("tag").rank("dense") - 1)
    )
    entries = (pairs["share"].to_numpy(), (pairs["item"].to_numpy(), pairs["column"].to_numpy()))
    return csr_array(entries, shape=(len(lists), pairs["tag"].n_unique()))


def popularity_shares(counts: TrainingCounts) -> csr_array:
    """Return head, tail and cold as three groups; shape ``(n_items, 3)``."""
    groups = np.stack([counts.is_head, counts.is_tail & ~counts.is_cold, counts.is_cold], axis=1)
    return csr_array(groups.astype(np.float64))


def _mix(
    rows: NDArray[Any], items: NDArray[np.int32], n_rows: int, group_shares: csr_array
) -> NDArray[np.float64]:
    """Return the mean group shares of each row's items; zeros if none has a group."""
    shape = (n_rows, group_shares.shape[0])
    sums: NDArray[np.float64] = (
        csr_array((np.ones(len(rows)), (rows, items)), shape=shape) @ group_shares
    ).toarray()
    totals = sums.sum(axis=1, keepdims=True)
    return sums / np.where(totals > 0, totals, 1)
