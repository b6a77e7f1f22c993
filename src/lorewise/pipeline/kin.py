"""The items that a language model calls similar, as items of the catalog."""

from dataclasses import replace

import polars as pl

from lorewise.data.columns import KIN
from lorewise.data.dataset import Dataset
from lorewise.knowledge.title_matching import SIMILAR, matched_names


def with_kin(dataset: Dataset) -> Dataset:
    """Return the dataset with a column that holds each item's id and those of items it resembles.

    So an item and its kin share a term, and so do two items with the same kin. Titles that the
    catalog does not have, or that could mean several items, do not count. The dataset itself comes
    back where no title is found.
    """
    if SIMILAR not in dataset.lore_columns:
        return dataset
    named = matched_names(dataset)
    if not any(len(numbers) for numbers in named):
        return dataset
    ids = dataset.items.ids
    kin = [[ids[own], *(ids[number] for number in numbers)] for own, numbers in enumerate(named)]
    column = pl.Series(KIN, kin, dtype=pl.List(pl.String))
    return replace(
        dataset,
        item_table=dataset.item_table.drop(SIMILAR).with_columns(column),
        lore_columns=(*(name for name in dataset.lore_columns if name != SIMILAR), KIN),
    )
