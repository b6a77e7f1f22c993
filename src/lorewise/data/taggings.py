"""Tags that people gave to items, and how they describe the items."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.column_names import ITEM, TIME, USER
from lorewise.data.dataset import Dataset
from lorewise.data.splitting.partition import Split
from lorewise.data.vocabulary import Vocabulary

TAG = "tag"
USER_TAGS = "user_tags"
"""Column of the item table that holds an item's tags."""

MOST_TAGS = 10
"""Tags that an item keeps: those that most people gave it."""


@dataclass(frozen=True)
class Taggings:
    """Who gave which tag to what, and when."""

    rows: pl.DataFrame
    """``user_id``, ``item_id`` and ``tag`` in lower case, all text without nulls, and
    ``timestamp`` in seconds since 1970, null where it is not known."""

    def known_in_training(self, dataset: Dataset, parted: Split) -> Self:
        """Return the taggings that a model may learn from; ``parted`` is a split of ``dataset``.

        Left out are those of pairs that are held out or thinned out, of users and items that
        lost all their rows, and, after a cut in time, what is later or has no time.
        """
        users = _numbers(self.rows[USER], dataset.users)
        items = _numbers(self.rows[ITEM], dataset.items)
        user_counts, item_counts = np.diff(dataset.offsets), dataset.item_counts
        is_hidden = _lost(user_counts, np.diff(parted.train.offsets))[users]
        is_hidden |= _lost(item_counts, parted.train.item_counts)[items]
        is_hidden |= np.isin(
            users.astype(np.int64) * dataset.n_items + items, _gone(dataset, parted)
        )
        known = self.rows.filter(~is_hidden)
        if "cut_s" in parted.settings:
            known = known.filter(pl.col(TIME) <= parted.settings["cut_s"])
        return type(self)(known)


def with_tags(dataset: Dataset, taggings: Taggings) -> Dataset:
    """Return the dataset with each item's ``MOST_TAGS`` commonest tags in a column ``USER_TAGS``.

    They are joined by ``|``, the commonest first; null where there is none.
    """
    counts = taggings.rows.unique([USER, ITEM, TAG]).group_by(ITEM, TAG).len()
    lists = (
        counts.sort(ITEM, "len", TAG, descending=[False, True, False])
        .group_by(ITEM, maintain_order=True)
        .agg(pl.col(TAG).head(MOST_TAGS).str.join("|").alias(USER_TAGS))
    )
    table = dataset.item_table.drop(USER_TAGS, strict=False).join(
        lists, on=ITEM, how="left", maintain_order="left"
    )
    return replace(dataset, item_table=table)


def _numbers(ids: pl.Series, vocabulary: Vocabulary) -> NDArray[np.int32]:
    """Return the number of each id; -1 for a stranger."""
    return np.fromiter((vocabulary.number_of.get(key, -1) for key in ids), np.int32, len(ids))


def _lost(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return who has lost everything; the last place stands for strangers, who have not."""
    return np.append((before > 0) & (after == 0), False)


def _gone(dataset: Dataset, parted: Split) -> NDArray[np.int64]:
    """Return the pairs that are not in training, or are held out although they are in training."""
    gone = np.setdiff1d(_pairs(dataset), _pairs(parted.train))
    return np.union1d(gone, _pairs(parted.held_out))


def _pairs(dataset: Dataset) -> NDArray[np.int64]:
    return dataset.user_numbers.astype(np.int64) * dataset.n_items + dataset.item_numbers
