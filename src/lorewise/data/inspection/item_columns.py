"""Item columns and ids that tell what only the future knows."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.columns import ColumnRole
from lorewise.data.dataset import Dataset
from lorewise.data.inspection.finding import Finding
from lorewise.data.inspection.id_orders import id_orders

LEAKING = 0.9
"""Rank correlation, either sign, from which a column repeats what it is compared with."""

FOLLOWING = 0.5
"""Rank correlation, either sign, from which ids are said to follow time."""

FEWEST_ITEMS = 20
"""With fewer items a correlation says nothing."""


def column_findings(dataset: Dataset, roles: dict[str, ColumnRole]) -> list[Finding]:
    """Return what is odd about item ids and columns; ``roles`` are those of the columns."""
    return [
        *_unused_columns(roles),
        *_leaking_columns(dataset, "the time of the first interaction", first_seen_s(dataset)),
        *_leaking_columns(dataset, "the number of interactions", _popularity(dataset)),
        *_ids_that_follow_time(dataset),
    ]


def first_seen_s(dataset: Dataset) -> NDArray[np.float64]:
    """Return when each item was first met; NaN if never, or without times; ``(n_items,)``."""
    first = np.full(dataset.n_items, np.inf)
    if dataset.has_times:
        np.minimum.at(first, dataset.item_numbers, dataset.timestamps_s.astype(np.float64))
    return np.where(np.isinf(first), np.nan, first)


def _popularity(dataset: Dataset) -> NDArray[np.float64]:
    return np.where(dataset.item_counts > 0, dataset.item_counts, np.nan)


def rank_correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return Spearman's rank correlation over the items that have both values.

    0 where fewer than ``FEWEST_ITEMS`` do or either does not vary.
    """
    both = ~(np.isnan(one) | np.isnan(other))
    if both.sum() < FEWEST_ITEMS:
        return 0.0
    pairs = pl.DataFrame({"one": one[both], "other": other[both]})
    found = pairs.select(pl.corr("one", "other", method="spearman")).item()
    return 0.0 if found is None or np.isnan(found) else float(found)


def _unused_columns(roles: dict[str, ColumnRole]) -> Iterator[Finding]:
    unused = {
        name: role.reason
        for name, role in roles.items()
        if role.kind == "excluded" and name != "item_id"
    }
    if unused:
        yield Finding(
            "note",
            "item columns that are not used",
            "; ".join(f"{name}: {reason}" for name, reason in unused.items()),
            "nothing, unless one of them does describe items: then give it values that several "
            "items share",
        )


def _leaking_columns(
    dataset: Dataset, what: str, known_later: NDArray[np.float64]
) -> Iterator[Finding]:
    for column in dataset.item_table:
        if column.dtype.is_numeric() or column.dtype.is_temporal():
            numbers = column.to_physical().cast(pl.Float64).fill_null(np.nan).to_numpy()
            found = rank_correlation(numbers, known_later)
            if abs(found) >= LEAKING:
                yield Finding(
                    "warning",
                    f"an item column follows {what}",
                    f"{column.name!r} has a rank correlation of {found:.2f} with it",
                    "keep it only if it was known when the item arrived (a release date is); a "
                    "count or number made later leaks the held-out interactions",
                )


def _ids_that_follow_time(dataset: Dataset) -> Iterator[Finding]:
    orders = id_orders(dataset.items)
    if "numeric" not in orders:
        return
    found = rank_correlation(orders["numeric"].astype(np.float64), first_seen_s(dataset))
    if abs(found) >= FOLLOWING:
        yield Finding(
            "note",
            "item ids follow time",
            f"the ids' numbers have a rank correlation of {found:.2f} with the first interaction",
            "nothing: ids are never used as numbers here; beware of sorting by them elsewhere",
        )
