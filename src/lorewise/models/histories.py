"""What each past event of a query weighs today."""

import math

import numpy as np

from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.models.sparse_rows import SparseRows, sparse_rows
from lorewise.models.strengths import EventStrengths, liked_ages


def tempered(weights: Scores, typical: float) -> Scores:
    """Return weights that count as in ``EventStrengths``: sign kept, large ones tamed."""
    return EventStrengths(typical, math.inf).tempered(weights)


def recent_weights(queries: Queries, *, typical: float, half_life_events: float) -> Scores:
    """Return each event's tempered weight, halved for every ``half_life_events`` newer likes."""
    recency = np.exp2(-liked_ages(queries) / half_life_events)
    return (tempered(queries.weights, typical) * recency).astype(np.float32)


def history_rows(queries: Queries, values: Scores, n_items: int) -> SparseRows:
    """Return one row per query and one column per item; an item's repeats are summed."""
    return sparse_rows(values, queries.item_numbers, queries.offsets, n_items)


def event_lengths(queries: Queries, values: Scores) -> Scores:
    """Return the Euclidean length of each query's values; shape ``(n_queries,)``."""
    squares = values.astype(np.float64) ** 2
    sums = np.bincount(queries.query_numbers, weights=squares, minlength=len(queries))
    return np.sqrt(sums).astype(np.float32)
