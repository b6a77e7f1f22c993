"""Datasets whose lore is gone, exchanged or dealt anew: what a gain by lore is held against."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.columns import filled
from lorewise.data.dataset import Dataset
from lorewise.errors import SettingsError

LORE_PREFIX = "lore."
"""How the names of columns begin that a language model wrote."""


def lore_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns of the item table that hold lore, in the table's order."""
    return tuple(
        name
        for name in dataset.item_table.columns
        if name in dataset.lore_columns or name.startswith(LORE_PREFIX)
    )


def check_lore(dataset: Dataset) -> None:
    """Refuse a dataset without lore.

    Raises:
        SettingsError: The item table has none.
    """
    if not lore_columns(dataset):
        raise SettingsError(
            "a knowledge study needs lore, but the item table has only the columns "
            f"{', '.join(dataset.item_table.columns)}; add a knowledge file or leave the study out"
        )


def without_columns(dataset: Dataset, columns: Collection[str]) -> Dataset:
    """Return the dataset without these columns of its items; an unknown one is Polars' error."""
    left = tuple(name for name in dataset.lore_columns if name not in columns)
    return replace(dataset, item_table=dataset.item_table.drop(columns), lore_columns=left)


def without_lore(dataset: Dataset, rng: np.random.Generator) -> Dataset:  # noqa: ARG001  controls are called alike
    """Return the dataset as if no language model had been asked."""
    return replace(without_columns(dataset, lore_columns(dataset)), lore_columns=())


def permuted_lore(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """Return the dataset with each item's lore given to another item at random, as a whole.

    Only items that have some take part: which items are known is not knowledge about them.
    """
    table, columns = dataset.item_table, lore_columns(dataset)
    known = np.any([_known(table[name]) for name in columns], axis=0)
    source = np.arange(len(table))
    source[known] = rng.permutation(np.flatnonzero(known))
    return replace(
        dataset, item_table=table.with_columns(table[name].gather(source) for name in columns)
    )


def random_lore(dataset: Dataset, rng: np.random.Generator) -> Dataset:
    """Return the dataset with the words of each lore column dealt anew among its items.

    Every item keeps its number of words (or of tags), the catalog keeps its words; which words
    stand together, and whose they are, is chance. Numbers are exchanged among the items that have
    one.
    """
    table = dataset.item_table
    return replace(
        dataset,
        item_table=table.with_columns(_dealt(table[name], rng) for name in lore_columns(dataset)),
    )


CONTROLS: Mapping[str, Callable[[Dataset, np.random.Generator], Dataset]] = MappingProxyType(
    {"without lore": without_lore, "permuted lore": permuted_lore, "random lore": random_lore}
)
"""What is said of an algorithm in such a row -> the dataset it learns from."""


def _known(column: pl.Series) -> NDArray[np.bool_]:
    if isinstance(column.dtype, pl.List):
        return column.list.len().fill_null(0).gt(0).to_numpy()
    return filled(column).is_not_null().to_numpy()


def _dealt(column: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Return the column with its words, tags or values in random places."""
    rows = np.flatnonzero(_known(column))
    if isinstance(column.dtype, pl.List):
        return _regrouped(column, rows, rng)
    if column.dtype != pl.String:
        source = np.arange(len(column))
        source[rows] = rng.permutation(rows)
        return column.gather(source)
    separator = "|" if column.str.contains("|", literal=True).any() else " "
    return _regrouped(column.str.split(separator), rows, rng).list.join(separator)


def _regrouped(lists: pl.Series, rows: NDArray[np.int64], rng: np.random.Generator) -> pl.Series:
    """Return the lists with the elements of ``rows`` dealt anew; null for the other rows."""
    lengths = lists.list.len().gather(rows).to_numpy()
    parts = lists.gather(rows).explode()
    dealt = (
        pl.DataFrame(
            {"row": np.repeat(rows, lengths), "part": parts.gather(rng.permutation(len(parts)))}
        )
        .group_by("row", maintain_order=True)
        .agg("part")
    )
    everything = pl.DataFrame({"row": np.arange(len(lists))})
    return everything.join(dealt, on="row", how="left", maintain_order="left")["part"].alias(
        lists.name
    )
