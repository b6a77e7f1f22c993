"""Ratings as deviations from a mean, and their weighted means over neighbors."""

import numpy as np

from lorewise.data.primitives import ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.models.sparse_rows import (
    SparseRows,
    dense_product,
    row_numbers,
    sparse_rows,
    with_values,
    without_values,
)


def rated_rows(queries: Queries, n_items: int) -> SparseRows:
    """Return each query's ratings, one row each; of several for one item the last counts."""
    is_rated = ~np.isnan(queries.ratings)
    cells = queries.query_numbers * n_items + queries.item_numbers
    at = np.flatnonzero(is_rated)
    _, from_end = np.unique(cells[at][::-1], return_index=True)
    kept = np.sort(at[len(at) - 1 - from_end])
    counts = np.bincount(queries.query_numbers[kept], minlength=len(queries))
    return sparse_rows(
        queries.ratings[kept],
        queries.item_numbers[kept],
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        n_items,
    )


def row_means(rows: SparseRows) -> Scores:
    """Return each row's mean over its stored cells; NaN for an empty row; ``(n_rows,)``."""
    sums = np.bincount(row_numbers(rows), weights=rows.data, minlength=rows.shape[0])
    counts = np.diff(rows.indptr)
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return means.astype(np.float32)


def centered_by_row(rows: SparseRows) -> SparseRows:
    """Return each stored cell less its row's mean; a cell at the mean stays stored as 0."""
    return with_values(rows, rows.data - row_means(rows)[row_numbers(rows)])


def weighted_means(weights: SparseRows, values: SparseRows) -> Scores:
    """Return, for each row of weights, the mean of the values of the rows that it weighs.

    A row without a stored value for a column does not count there. NaN where none counts.
    ``weights``: ``(n, m)``, at least 0; ``values``: ``(m, p)``; returns ``(n, p)``.
    """
    totals = dense_product(weights, without_values(values))
    sums = dense_product(weights, values)
    return np.where(totals > 0, sums / np.where(totals > 0, totals, 1), np.float32(np.nan))


def ratings_from_users(
    similarities: SparseRows, choices: SparseRows, rated: SparseRows, item_numbers: ItemNumbers
) -> Scores:
    """Return each query's mean plus what its neighbors rate above or below their own means.

    ``similarities``: ``(n_queries, n_users)``; ``choices``: ``(n_users, n_items)``; ``rated``:
    ``(n_queries, n_items)``. NaN where no neighbor rated.
    """
    deviations = centered_by_row(choices)[:, item_numbers]
    predicted = row_means(rated)[:, None] + weighted_means(similarities, deviations)
    return within_ratings(predicted, choices)


def ratings_from_items(
    similarities: SparseRows, choices: SparseRows, rated: SparseRows, item_numbers: ItemNumbers
) -> Scores:
    """Return each item's mean plus what the query rates its neighbors above or below theirs.

    ``similarities``: ``(len(item_numbers), n_items)``; the rest as in ``ratings_from_users``.
    """
    means = row_means(choices.T.tocsr())
    above = rated.data - np.nan_to_num(means)[rated.indices]  # cold items are no neighbors
    deviations = with_values(rated, above).T.tocsr()
    predicted = means[item_numbers] + weighted_means(similarities, deviations).T
    return within_ratings(predicted, choices)


def within_ratings(predicted: Scores, choices: SparseRows) -> Scores:
    """Return the predictions, none below the lowest or above the highest rating seen."""
    if not choices.nnz:
        return predicted
    return np.clip(predicted, choices.data.min(), choices.data.max())
