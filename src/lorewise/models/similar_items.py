"""Items like a given one: what goes with it, and what resembles it."""

import numpy as np

from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.stages import CatalogScorer

TEXT_WEIGHT = 0.1
"""Chosen on users of Amazon Beauty held out for that: knowledge is in the linear model already, so
that more of it costs recall; this much places the items that nobody has met."""


def similar_items(
    scorer: CatalogScorer,
    vectors: Embeddings,
    items: ItemNumbers,
    *,
    text_weight: float = TEXT_WEIGHT,
) -> Scores:
    """Return how similar every item is to each wanted one; larger is better.

    The mean of two parts, each at most 1: what the item alone leads to, as a share of the most
    that it leads to (weight 1), and the cosine of the vectors (weight ``text_weight``). Best with
    ``linear``: on held-out users its rows found more than rows plus columns did, and than
    ``sequential_linear``, which knows what comes next, but not what goes together.

    Args:
        scorer: Knows the whole catalog.
        vectors: Of the catalog, unit rows, zeros where nothing is known; ``(n_items, dim)``.
        items: Shape ``(n_wanted,)``.
        text_weight: At least 0.

    Returns:
        Shape ``(n_wanted, n_items)``; NaN for the item itself and where nothing is known.
    """
    scores = scorer.score_catalog(Queries.of(list(items[:, None])))
    scores[np.arange(len(items)), items] = np.nan
    most = np.fmax.reduce(scores, axis=1, initial=0, keepdims=True)  # passes over NaN
    scores /= np.where(most > 0, most, 1) * np.float32(1 + text_weight)
    scores += np.float32(text_weight / (1 + text_weight)) * (vectors[items] @ vectors.T)
    return scores
