"""Columns that were counted over all users and times, held-out events included."""

import re
from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.column_names import ITEM
from lorewise.data.columns import as_numbers, column_roles, filled, split_tags
from lorewise.data.dataset import Dataset
from lorewise.data.inspection.item_columns import LEAKING, rank_correlation
from lorewise.data.taggings import TAG, Taggings
from lorewise.data.user_knowledge import EVENTS_DIGEST, N_EVENTS

REPEATED = 0.9
"""Share of a column's tags that also stand in the table of tags, from which it repeats it."""

_EVENTS = (
    "(?:rating|vote|review|play|view|visit|sale|purchase|order|click|like|listener|download|"
    "interaction|event|user|rater)s?"
)
_VERDICT = "(?:rating|score|star|vote|review)s?"
_COUNTED = re.compile(
    rf"(?:n|no|num|number|count|total)_(?:of_)?{_EVENTS}|{_EVENTS}_(?:n|num|counts?|total)|"
    rf"(?:avg|average|mean|median)_{_VERDICT}|{_VERDICT}_(?:avg|average|mean|median)|"
    "popularity(?:_score|_rank)?|(?:sales|best_?seller)_rank"
)


def counted_columns(dataset: Dataset, taggings: Taggings | None) -> dict[str, str]:
    """Return the features that tell what all users did, and in words what gives each away.

    A column of numbers is one by its name, or if it follows how often items (or users) occur or
    how they were rated; a column of tags if it repeats the ``taggings``. Columns that never
    become features are left alone.
    """
    items = dataset.item_table
    users = dataset.user_table.drop(EVENTS_DIGEST, N_EVENTS, strict=False)
    return {
        **_counted(users, _totals(dataset, dataset.user_numbers, len(users))),
        **_counted(items, _totals(dataset, dataset.item_numbers, len(items))),
        **(repeated_columns(dataset, taggings) if taggings else {}),
    }


def repeated_columns(dataset: Dataset, taggings: Taggings) -> dict[str, str]:
    """Return the item columns of tags that repeat the ``taggings``, and in words how far."""
    table, roles = dataset.item_table, column_roles(dataset.item_table)
    given = taggings.rows.select(ITEM, TAG).unique()
    lists = {name: role.separator for name, role in roles.items() if role.kind == "tags"}
    shares = {name: _share(table, name, separator, given) for name, separator in lists.items()}
    return {
        name: f"repeats tags that all users gave ({share:.0%} of them stand in the table of tags)"
        for name, share in shares.items()
        if share >= REPEATED
    }


def _totals(dataset: Dataset, numbers: NDArray[np.int32], n: int) -> dict[str, NDArray[np.float64]]:
    """Return what could have been counted of each of ``n`` items or users; NaN for none."""
    rated = ~np.isnan(dataset.ratings)
    n_rated = np.bincount(numbers[rated], minlength=n)
    sums = np.bincount(numbers[rated], dataset.ratings[rated], minlength=n)
    counts = np.bincount(numbers, minlength=n)
    return {
        "the number of interactions": np.where(counts > 0, counts, np.nan),
        "the mean rating": np.where(n_rated > 0, sums / np.maximum(n_rated, 1), np.nan),
    }


def _counted(table: pl.DataFrame, totals: Mapping[str, NDArray[np.float64]]) -> dict[str, str]:
    roles = column_roles(table)
    numbers = {name: table[name] for name, role in roles.items() if role.kind == "number"}
    reasons = {name: _reason(column, totals) for name, column in numbers.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def _reason(column: pl.Series, totals: Mapping[str, NDArray[np.float64]]) -> str | None:
    numbers = as_numbers(filled(column)).fill_null(float("nan")).to_numpy()
    for what, values in totals.items():
        found = rank_correlation(numbers, values)
        if abs(found) >= LEAKING:
            return f"has a rank correlation of {found:.2f} with {what}, held-out ones included"
    if _COUNTED.fullmatch(_plain(column.name)):
        return "is by its name a count or mean over all users"
    return None


def _plain(name: str) -> str:
    """Return the name in lower case, its words joined by ``_``.

    >>> _plain("nRatings"), _plain("Vote Count")
    ('n_ratings', 'vote_count')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"\W+", "_", words).lower()


def _share(table: pl.DataFrame, name: str, separator: str, given: pl.DataFrame) -> float:
    """Return the share of the column's tags that users gave to that very item."""
    tags = split_tags(filled(table[name]), separator).list.eval(pl.element().str.to_lowercase())
    pairs = table.select(ITEM).with_columns(tags.alias(TAG)).explode(TAG).drop_nulls().unique()
    return len(pairs.join(given, on=[ITEM, TAG], how="semi")) / max(1, len(pairs))
