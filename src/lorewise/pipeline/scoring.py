"""Scores of what may be shown: the candidates, less what the user has already."""

from collections.abc import Iterator

import numpy as np

from lorewise.data.item_list import ScoredItems
from lorewise.data.primitives import ItemNumbers
from lorewise.data.queries import Queries
from lorewise.stages import CatalogScorer

FLOATS_AT_ONCE = 1 << 23
"""Scores held at a time; 32 MiB for each model that takes part."""


def scored_candidates(
    scorer: CatalogScorer, queries: Queries, candidates: ItemNumbers, *, include_seen: bool = False
) -> ScoredItems:
    """Return the candidates' scores; NaN for items of the history that may not recur."""
    scores = scorer.score_catalog(queries)
    if not include_seen:
        spent = ~queries.repeatable
        scores[queries.query_numbers[spent], queries.item_numbers[spent]] = np.nan
    if len(candidates) < scores.shape[1]:
        scores = np.ascontiguousarray(scores[:, candidates])
    return ScoredItems(candidates, scores)


def batches(queries: Queries, n_items: int) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of batches whose scores fit the memory set aside for them."""
    size = max(1, min(1_024, FLOATS_AT_ONCE // max(1, n_items)))
    for start in range(0, len(queries), size):
        yield start, min(start + size, len(queries))
