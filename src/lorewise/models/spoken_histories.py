"""Words as a history: whoever has done nothing yet is taken to have met what the words speak of."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings
from lorewise.data.queries import Queries

N_SPOKEN_OF = 5
"""Items that a person's words are taken to speak of; on films, 3 to 12 were about as good."""


def with_spoken_histories(
    queries: Queries, vectors: Embeddings, is_warm: NDArray[np.bool_]
) -> Queries:
    """Return the queries with a history for those who said something and have none.

    It holds the ``N_SPOKEN_OF`` warm items nearest to the words, the nearest last, as the newest
    one; each weighs its squared cosine. So models that read no words learn what goes along with
    them. These items may still be recommended.

    Args:
        queries: Some with ``text_vectors``.
        vectors: Of the items, unit rows in the space of the words; ``(n_items, dim)``.
        is_warm: Items that histories can lead on from; ``(n_items,)``.
    """
    said = queries.text_vectors
    if said is None:
        return queries
    rows = np.flatnonzero((queries.lengths == 0) & said.any(axis=1))
    cosines = np.where(is_warm, said[rows] @ vectors.T, -1).astype(np.float32)
    items = np.argsort(cosines, axis=1, kind="stable")[:, -N_SPOKEN_OF:]
    near = np.take_along_axis(cosines, items, axis=1)
    is_real = near > 0
    return _inserted(queries, rows, is_real.sum(axis=1), items[is_real], near[is_real] ** 2)


def wordless(n_queries: int) -> Queries:
    """Return queries of strangers, who have done and said nothing."""
    return Queries.of([np.zeros(0, dtype=np.int32)] * n_queries)


def _inserted(
    queries: Queries,
    rows: NDArray[np.int64],
    lengths: NDArray[np.int64],
    items: NDArray[np.int64],
    weights: NDArray[np.float32],
) -> Queries:
    """Return the queries with these events; those of ``rows`` had none."""
    before = np.repeat(queries.offsets[rows], lengths)
    all_lengths = queries.lengths.copy()
    all_lengths[rows] = lengths
    return replace(
        queries,
        offsets=np.concatenate([[0], np.cumsum(all_lengths)]).astype(np.int64),
        item_numbers=np.insert(queries.item_numbers, before, items.astype(np.int32)),
        weights=np.insert(queries.weights, before, weights),
        ratings=np.insert(queries.ratings, before, np.float32("nan")),
        repeatable=np.insert(queries.repeatable, before, np.True_),
    )
