"""Ranks in a weighted sum of scores, compiled."""

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@njit(cache=True, nogil=True, parallel=True, fastmath=False)
def ranks_of(
    scores: Floats,
    weights: Floats,
    bins: NDArray[np.int64],
    groups: NDArray[np.int8],
    is_real: NDArray[np.bool_],
    offsets: NDArray[np.int64],
    places: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the rank, from 1, of each of query q's ``places[offsets[q]:offsets[q + 1]]``.

    Under ``sum over members m of weights[m, bins[q], groups[q, p]] * scores[m, q, p]``, among the
    real places; of equals the earlier place leads.
    """
    n_members, n_queries, n_places = scores.shape
    ranks = np.zeros(len(places), dtype=np.int64)
    for q in prange(n_queries):
        if offsets[q] == offsets[q + 1]:
            continue
        totals = np.zeros(n_places, dtype=np.float32)
        for m in range(n_members):
            weight = weights[m, bins[q]]
            if weight.any():
                for p in range(n_places):
                    totals[p] += weight[groups[q, p]] * scores[m, q, p]
        for at in range(offsets[q], offsets[q + 1]):
            own = places[at]
            ahead = 0
            for p in range(n_places):
                is_ahead = totals[p] > totals[own] or (totals[p] == totals[own] and p < own)
                ahead += is_real[q, p] and is_ahead
            ranks[at] = ahead + 1
    return ranks
