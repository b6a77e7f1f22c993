"""Counts which item follows which, compiled."""

from typing import Any

import numpy as np
from numba import njit

from lorewise.models.selection_kernels import strongest


@njit(cache=True, nogil=True)
def following_items(sources: Any, events: Any, decay: Any, found: Any) -> None:  # noqa: ANN401  compiled
    """Fill ``found`` with the items that follow each source item and by how much.

    Args:
        sources: Offsets and positions; item i was chosen at the positions between its offsets.
        events: For each event its item and the end of its user's events.
        decay: What a follower counts at distance 1, 2, ...
        found: Item numbers and strengths, both ``(n_items, k)``, strongest first; the
            rest of a line is left.
    """
    offsets, positions = sources
    items, ends = events
    numbers, strengths = found
    n_items = len(offsets) - 1
    sums = np.zeros(n_items)
    is_touched = np.zeros(n_items, np.bool_)
    touched = np.empty(n_items, np.int32)
    for source in range(n_items):
        n = 0
        for at in range(offsets[source], offsets[source + 1]):
            position = positions[at]
            for follower in range(position + 1, min(position + 1 + len(decay), ends[position])):
                item = items[follower]
                if not is_touched[item]:
                    is_touched[item], touched[n] = True, item
                    n += 1
                sums[item] += decay[follower - position - 1]
        followers = touched[:n]
        best = strongest(followers, sums[followers], numbers.shape[1])
        numbers[source, : len(best)] = followers[best]
        strengths[source, : len(best)] = sums[followers[best]]
        sums[followers] = 0
        is_touched[followers] = False
