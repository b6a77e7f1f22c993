"""One small ridge regression per item, compiled and parallel over the items."""

import numba
import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from lorewise.models.cholesky_kernels import REORDERED, solve_in_place
from lorewise.models.ordering_kernels import nth_largest, sort_by, sort_rising

Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Csr = tuple[Longs, Ints, Floats]


@njit(cache=True, nogil=True)
def add_strongest(
    chosen: Ints, count: int, columns: Ints, keys: Floats, limit: int, marks: Ints
) -> int:
    """Append the columns of the ``limit`` largest keys that ``chosen`` lacks; return the new count.

    Ties at the limit go to the earlier column. ``marks`` is 0 at chosen items, -1 elsewhere.
    """
    if limit == 0:
        return count
    bar = nth_largest(keys.copy(), limit) if len(keys) > limit else np.float32(-np.inf)
    n_ties = limit
    for key in keys:
        n_ties -= key > bar
    for i in range(len(columns)):
        if keys[i] == bar:
            n_ties -= 1
        if (keys[i] > bar or (keys[i] == bar and n_ties >= 0)) and marks[columns[i]] < 0:
            chosen[count] = columns[i]
            marks[columns[i]] = 0
            count += 1
    return count


@njit(cache=True, nogil=True)
def explained(columns: Ints, values: Floats, diagonal: Floats, pull: float) -> Floats:
    """Return how much each column alone would explain, up to a constant and a square."""
    keys = np.empty(len(columns), dtype=np.float32)
    for i in range(len(columns)):
        keys[i] = values[i] / np.sqrt(diagonal[columns[i]] + pull)
    return keys


@njit(cache=True, nogil=True)
def choose_regressors(
    item: int,
    gram: Csr,
    predecessors: Csr,
    neighbors: Ints,
    diagonal: Floats,
    pull: float,
    limits: tuple[int, int, int],
    exclude_self: bool,
    marks: Ints,
    chosen: Ints,
) -> int:
    """Write an item's regressors to ``chosen``, rising; return how many there are.

    Each one's place in ``chosen`` is written to ``marks``, which must be -1 everywhere before.
    """
    count = 0
    offsets, columns, values = predecessors
    own = slice(offsets[item], offsets[item + 1])
    keys = explained(columns[own], values[own], diagonal, pull)
    count = add_strongest(chosen, count, columns[own], keys, limits[0], marks)
    offsets, columns, values = gram
    own = slice(offsets[item], offsets[item + 1])
    keys = explained(columns[own], values[own], diagonal, pull)
    count = add_strongest(chosen, count, columns[own], keys, limits[1], marks)
    for neighbor in neighbors:
        if neighbor >= 0 and marks[neighbor] < 0:
            chosen[count] = neighbor
            marks[neighbor] = 0
            count += 1
    if exclude_self and marks[item] >= 0:
        marks[item] = -1
        for i in range(count):
            if chosen[i] == item:
                chosen[i] = chosen[count - 1]
        count -= 1
    sort_rising(chosen[:count])
    for i in range(count):
        marks[chosen[i]] = i
    return count


@njit(cache=True, nogil=True)
def gather(matrix: Floats, gram: Csr, chosen: Ints, marks: Ints) -> None:
    """Copy the upper triangle of the regressors' own Gram matrix; ``chosen`` rises."""
    offsets, columns, values = gram
    last = chosen[-1] if len(chosen) else -1
    for i in range(len(chosen)):
        matrix[i, i : len(chosen)] = 0
        # The later half of a row is enough, and a row may be long: walk it from its end.
        for at in range(offsets[chosen[i] + 1] - 1, offsets[chosen[i]] - 1, -1):
            column = columns[at]
            if column < chosen[i]:
                break
            if column <= last and marks[column] >= 0:
                matrix[i, marks[column]] = values[at]


@njit(cache=True, nogil=True, fastmath=REORDERED)
def dot(a: Floats, b: Floats) -> np.float32:
    """Return the inner product of two vectors."""
    total = np.float32(0)
    for k in range(len(a)):
        total += a[k] * b[k]
    return total


@njit(cache=True, nogil=True)
def fill_right_side(
    matrix: Floats,
    item: int,
    predecessors: Csr,
    vectors: Floats,
    weight: np.float32,
    chosen: Ints,
    marks: Ints,
) -> None:
    """Write ``R_R + prior c_R`` to the column after the system; ``weight``: prior times scale."""
    offsets, columns, values = predecessors
    size = len(chosen)
    for i in range(size):
        matrix[i, size] = 0
        if weight > 0 and chosen[i] != item:
            matrix[i, size] = weight * dot(vectors[chosen[i]], vectors[item])
    for at in range(offsets[item], offsets[item + 1]):
        place = marks[columns[at]]
        if place >= 0:
            matrix[place, size] += values[at]


@njit(cache=True, nogil=True, parallel=True)
def solve_columns(
    wanted: Ints,
    gram: Csr,
    predecessors: Csr,
    neighbors: Ints,
    vectors: Floats,
    scales: Floats,
    diagonal: Floats,
    priors: Floats,
    ridge: float,
    limits: tuple[int, int, int],
    exclude_self: bool,
    marks: Ints,
) -> tuple[Ints, Floats, Flags]:
    """Solve ``(G_RR + (ridge + prior) I) b = R_R + prior c_R`` for each wanted item.

    R are the predecessors and the items it stands near that alone would explain most of it, and
    its neighbors in the text; c is its column of the text-to-text EASE,
    ``vectors[i] . vectors[j] * scales[j]``.

    Args:
        wanted: Items to solve; shape ``(n_wanted,)``.
        gram: S'S as CSR (offsets, columns, values), columns rising.
        predecessors: T'S likewise.
        neighbors: Text neighbors of each wanted item, -1 where there are fewer.
        vectors: Whitened item vectors; shape ``(n_items, dim)``.
        scales: Shape ``(n_items,)``.
        diagonal: Of S'S; shape ``(n_items,)``.
        priors: How strongly each wanted item is drawn to its text column; shape ``(n_wanted,)``.
        ridge: Above 0.
        limits: Regressors taken from predecessors and from the Gram row; coefficients kept: those
            that move scores most, by size times the root of the source's diagonal (plus 1, for
            sources that nobody has met yet).
        exclude_self: Whether an item may not predict itself.
        marks: Room to work in; -1 everywhere, shape ``(n_threads, n_items)``; left as it was.

    Returns:
        Source items ``(n_wanted, n_kept)``, most important first, -1 where there are fewer; their
        coefficients; whether each system was positive definite.
    """
    room = limits[0] + limits[1] + neighbors.shape[1]
    matrices = np.empty((len(marks), room, room + 1), dtype=np.float32)
    kept = np.full((len(wanted), limits[2]), -1, dtype=np.int32)
    coefficients = np.zeros((len(wanted), limits[2]), dtype=np.float32)
    is_solved = np.zeros(len(wanted), dtype=np.bool_)
    for i in prange(len(wanted)):
        item, pull = wanted[i], ridge + priors[i]
        thread = numba.get_thread_id()  # type: ignore[attr-defined]  # absent from numba's list of exports
        mark, matrix = marks[thread], matrices[thread]
        chosen = np.empty(room, dtype=np.int32)
        size = choose_regressors(
            item, gram, predecessors, neighbors[i], diagonal, pull, limits, exclude_self,
            mark, chosen,
        )  # fmt: skip
        chosen = chosen[:size]
        weight = priors[i] * scales[item]
        gather(matrix, gram, chosen, mark)
        fill_right_side(matrix, item, predecessors, vectors, weight, chosen, mark)
        importance, places = np.empty(size, dtype=np.float32), np.empty(size, dtype=np.int32)
        for k in range(size):
            matrix[k, k] += pull
            mark[chosen[k]] = -1
        solution = np.empty(size, dtype=np.float32)
        is_solved[i] = solve_in_place(matrix, size, solution)
        for k in range(size):
            importance[k] = abs(solution[k]) * np.sqrt(diagonal[chosen[k]] + 1)
            places[k] = k
        sort_by(importance, places)
        for k in range(min(size, limits[2])):
            kept[i, k] = chosen[places[k]]
            coefficients[i, k] = solution[places[k]]
    return kept, coefficients, is_solved
