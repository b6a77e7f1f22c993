"""Keeping the best of each row while candidates come in, compiled."""

import numba
import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@njit(cache=True, nogil=True)
def insert(numbers: Ints, values: Floats, number: int, value: np.float32) -> None:
    """Put a candidate, better than the last and not there yet, in its place; the last drops out."""
    place = len(values) - 1
    while place > 0 and values[place - 1] < value:
        values[place], numbers[place] = values[place - 1], numbers[place - 1]
        place -= 1
    values[place], numbers[place] = value, number


@njit(cache=True, nogil=True)
def has(numbers: Ints, number: int) -> bool:
    """Say whether the number is among these."""
    found = False
    for other in numbers:
        found |= other == number
    return found


@njit(cache=True, nogil=True)
def keep_best(
    numbers: Ints, values: Floats, rows: Ints, skip: Ints, members: Ints, block: Floats
) -> None:
    """Merge a block of similarities into the best of some rows.

    Args:
        numbers: The best so far, best first, -1 where fewer; shape ``(n_rows, k)``; changed.
        values: Their similarities, -inf where fewer; changed.
        rows: The rows that the block is about, each once; shape ``(n_asking,)``.
        skip: The item that each row of ``numbers`` must not name; -1 for none.
        members: The items that the columns of the block are about.
        block: Shape ``(n_asking, n_members)``.
    """
    for i in range(len(rows)):
        row = rows[i]
        best = values[row]
        for column in range(len(members)):
            value = block[i, column]
            if value > best[-1]:
                member = members[column]
                if member != skip[row] and not has(numbers[row], member):
                    insert(numbers[row], best, member, value)


@njit(cache=True, nogil=True, fastmath=True)
def dot(a: Floats, b: Floats) -> np.float32:
    """Return the inner product of two vectors."""
    total = np.float32(0)
    for k in range(len(a)):
        total += a[k] * b[k]
    return total


@njit(cache=True, nogil=True, parallel=True)
def ask_neighbors(
    numbers: Ints, values: Floats, order: Ints, vectors: Floats, seen: Ints, n_asked: int
) -> tuple[Ints, Floats]:
    """Return the lists improved by the neighbors of each item's nearest neighbors.

    Args:
        numbers: Every item's neighbors, best first, -1 where fewer; shape ``(n_items, k)``.
        values: Their similarities.
        order: All items; those that share neighbors had better stand together.
        vectors: Shape ``(n_items, dim)``.
        seen: Room to work in, -1 everywhere; shape ``(n_threads, n_items)``.
        n_asked: Neighbors that are asked, and neighbors that each of them names.
    """
    better, best = numbers.copy(), values.copy()
    for at in prange(len(order)):
        item = order[at]
        mark = seen[numba.get_thread_id()]  # type: ignore[attr-defined]  # absent from numba's exports
        mark[item] = item
        for number in numbers[item]:
            if number >= 0:
                mark[number] = item
        for friend in numbers[item, :n_asked]:
            if friend >= 0:
                for candidate in numbers[friend, :n_asked]:
                    if candidate >= 0 and mark[candidate] != item:
                        mark[candidate] = item
                        value = dot(vectors[item], vectors[candidate])
                        if value > best[item, -1]:
                            insert(better[item], best[item], candidate, value)
    return better, best
