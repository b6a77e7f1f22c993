"""Counting which items stand near which in the histories, row by row of the item-item matrix.

A history is a run of rows ``starts[p]:ends[p]`` in time order; ``window`` is ``len(powers)``.

- Row p and a later target t, at most ``window`` steps away, add
  ``weights[p] * targets[t] * decay ** (t - 1 - p)`` to S'T.
- Rows p and q, with ``high`` the later one and ``gap`` the steps between them, add
  ``weights[p] * weights[q] * powers[gap] * (followers[high] - expiry[gap] * followers[low + window])``
  to the Gram matrix S'S: of the targets after ``high``, those beyond the window of ``low`` do not
  count. Without decay and expiry, and with followers 1, this is the co-occurrence count X'X.

Source: S and T as in TALE (Park et al., WSDM 2025); that no prefix need be written out follows from
exp(-(t-1-p)/tau) exp(-(t-1-q)/tau) = exp(-|p-q|/tau) exp(-2 (t-1-max(p,q))/tau).
"""  # noqa: E501  a formula

import numba
import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Places = tuple[Longs, Longs]
Runs = tuple[Longs, Longs, Ints]


@njit(cache=True, nogil=True)
def followers_of(ends: Longs, targets: Floats, decay: float) -> Floats:
    """Return the sum over later targets t of ``targets[t] * decay ** (2 (t - 1 - p))``, per row."""
    followers = np.zeros(len(targets), dtype=np.float32)
    squared = decay * decay
    for row in range(len(targets) - 2, -1, -1):
        if row + 1 < ends[row]:
            followers[row] = targets[row + 1] + squared * followers[row + 1]
    return followers


@njit(cache=True, nogil=True)
def add_gram(
    buffer: Floats,
    rows: Longs,
    runs: Runs,
    weights: Floats,
    followers: Floats,
    powers: Floats,
    expiry: Floats,
) -> None:
    """Add one item's row of S'S to ``buffer``; ``rows`` are the places where the item occurs."""
    starts, ends, items = runs
    window = len(powers)
    for p in rows:
        for q in range(max(starts[p], p - window + 1), min(ends[p], p + window)):
            low, high = min(p, q), max(p, q)
            count = followers[high]
            if low + window < ends[p]:
                count -= expiry[high - low] * followers[low + window]
            buffer[items[q]] += weights[p] * weights[q] * powers[high - low] * count


@njit(cache=True, nogil=True)
def add_predecessors(
    buffer: Floats, rows: Longs, runs: Runs, weights: Floats, targets: Floats, powers: Floats
) -> None:
    """Add one item's row of T'S to ``buffer``: what stood before it when it was the target."""
    starts, _, items = runs
    window = len(powers)
    for t in rows:
        if targets[t] != 0:
            for p in range(max(starts[t], t - window), t):
                buffer[items[p]] += weights[p] * targets[t] * powers[t - 1 - p]


@njit(cache=True, nogil=True, parallel=True)
def dense_rows(
    out: Floats,
    places: Places,
    runs: Runs,
    weights: Floats,
    partners: Floats,
    powers: Floats,
    expiry: Floats,
    *,
    is_gram: bool,
) -> None:
    """Fill ``out``, shape ``(n_items, n_items)``, with S'S (``is_gram``) or T'S.

    ``places`` are each item's rows as (offsets, rows); ``runs`` are (starts, ends, items) per row.
    ``partners`` holds the followers for S'S and the targets for T'S.
    """
    offsets, rows = places
    for item in prange(len(offsets) - 1):
        own = rows[offsets[item] : offsets[item + 1]]
        if is_gram:
            add_gram(out[item], own, runs, weights, partners, powers, expiry)
        else:
            add_predecessors(out[item], own, runs, weights, partners, powers)


@njit(cache=True, nogil=True, parallel=True)
def sparse_rows(
    wanted: Ints,
    buffers: Floats,
    capacities: Longs,
    columns: Ints,
    values: Floats,
    places: Places,
    runs: Runs,
    weights: Floats,
    partners: Floats,
    powers: Floats,
    expiry: Floats,
    *,
    is_gram: bool,
) -> Longs:
    """Fill the wanted rows of the sparse S'S or T'S; return how many entries each one has.

    Row ``wanted[i]`` is written from ``capacities[i]`` on in ``columns`` (in no order) and
    ``values``. ``buffers`` has one zero row of ``n_items`` for each thread and is left zero.
    """
    offsets, rows = places
    starts, ends, items = runs
    window = len(powers)
    counts = np.zeros(len(wanted), dtype=np.int64)
    for i in prange(len(wanted)):
        thread = numba.get_thread_id()  # type: ignore[attr-defined]  # absent from numba's list of exports
        buffer = buffers[thread]
        own = rows[offsets[wanted[i]] : offsets[wanted[i] + 1]]
        if is_gram:
            add_gram(buffer, own, runs, weights, partners, powers, expiry)
        else:
            add_predecessors(buffer, own, runs, weights, partners, powers)
        at = capacities[i]
        for p in own:
            for q in range(max(starts[p], p - window), min(ends[p], p + window)):
                other = items[q]
                if buffer[other] != 0:
                    columns[at], values[at] = other, buffer[other]
                    buffer[other] = 0
                    at += 1
        counts[i] = at - capacities[i]
    return counts
