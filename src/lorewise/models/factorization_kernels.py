"""The gradient steps of a factorization machine, compiled; one event after the other.

A user's row is ``[1, factors, bias]`` and an item's ``[bias, factors, 1]``, so that their inner
product is the whole score and no step needs to know of biases. The ones never move.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from lorewise.models.cholesky_kernels import REORDERED

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Seed = NDArray[np.uint64]

Learned = tuple[Floats, Floats, Floats]
"""Values, squared gradients and squared changes, as in ``LearnedRows``."""

Pace = tuple[bool, np.float32, np.float32, np.float32]
"""Whether by adadelta, the learning rate, and the pulls of users and of items to 0."""

Search = tuple[Longs, Ints, Ints, int, int, int]
"""Offsets and items of each user's choices (rising within a user), the items to draw from, draws
until one outranks a choice, and ``kos_choices`` and ``kos_place``."""

WARP, WARP_KOS, BPR, LOGISTIC, SQUARED = 0, 1, 2, 3, 4

MARGIN = np.float32(1)
DECAY, SMALLEST_CHANGE = np.float32(0.95), np.float32(1e-6)  # as in Zeiler's own experiments


@njit(cache=True, nogil=True)
def draw(seed: Seed, n: int) -> np.int64:
    """Return a number from 0 to ``n - 1``, and move the seed on; it is one number, never 0.

    Source: xorshift64* (Vigna, ACM TOMS 2016), upper half.
    """
    x = seed[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    seed[0] = x
    upper = (x * np.uint64(0x2545F4914F6CDD1D)) >> np.uint64(32)
    return np.int64((upper * np.uint64(n)) >> np.uint64(32))


@njit(cache=True, nogil=True, fastmath=REORDERED)
def product(a: Floats, b: Floats) -> np.float32:
    """Return the inner product of two rows."""
    total = np.float32(0)
    for c in range(len(a)):
        total += a[c] * b[c]
    return total


@njit(cache=True, nogil=True)
def sigmoid(score: np.float32) -> np.float32:
    """Return the probability that a score stands for."""
    probability: np.float32 = np.float32(1) / (np.float32(1) + np.exp(-score))
    return probability


@njit(cache=True, nogil=True)
def has_chosen(search: Search, user: int, item: int) -> bool:
    """Return whether the item is among the user's choices."""
    offsets, chosen = search[0], search[1]
    low, end = offsets[user], offsets[user + 1]
    high = end
    while low < high:
        middle = (low + high) // 2
        if chosen[middle] < item:
            low = middle + 1
        else:
            high = middle
    return bool(low < end and chosen[low] == item)


@njit(cache=True, nogil=True, fastmath=REORDERED)
def step_by_adagrad(
    values: Floats,
    squares: Floats,
    direction: Floats,
    size: np.float32,
    rate: np.float32,
    pull: np.float32,
) -> None:
    """Step down the gradient ``size * direction + pull * values``; shorter after large ones."""
    for c in range(len(values)):
        gradient = size * direction[c] + pull * values[c]
        values[c] -= rate * gradient / np.sqrt(squares[c])
        squares[c] += gradient * gradient


@njit(cache=True, nogil=True, fastmath=REORDERED)
def step_by_adadelta(
    values: Floats,
    squares: Floats,
    changes: Floats,
    direction: Floats,
    size: np.float32,
    pull: np.float32,
) -> None:
    """Step down the same gradient, as far as the latest steps and gradients suggest."""
    for c in range(len(values)):
        gradient = size * direction[c] + pull * values[c]
        squares[c] = DECAY * squares[c] + (1 - DECAY) * gradient * gradient
        ratio = (changes[c] + SMALLEST_CHANGE) / (squares[c] + SMALLEST_CHANGE)
        change = np.sqrt(ratio) * gradient
        changes[c] = DECAY * changes[c] + (1 - DECAY) * change * change
        values[c] -= change


@njit(cache=True, nogil=True)
def step(
    learned: Learned,
    row: int,
    moving: tuple[int, int],
    direction: Floats,
    size: np.float32,
    pace: Pace,
    pull: np.float32,
) -> None:
    """Move the columns ``moving`` (first, end) of one row."""
    values, squares, changes = learned
    first, end = moving
    by_adadelta, rate = pace[0], pace[1]
    if by_adadelta:
        step_by_adadelta(
            values[row, first:end],
            squares[row, first:end],
            changes[row, first:end],
            direction[first:end],
            size,
            pull,
        )
    else:
        step_by_adagrad(
            values[row, first:end],
            squares[row, first:end],
            direction[first:end],
            size,
            rate,
            pull,
        )


@njit(cache=True, nogil=True, fastmath=REORDERED)
def add_scaled(total: Floats, direction: Floats, size: np.float32) -> None:
    """Add ``size * direction`` to ``total``."""
    for c in range(len(total)):
        total[c] += size * direction[c]


@njit(cache=True, nogil=True)
def step_item(
    items: Learned, gradients: Floats, item: int, direction: Floats, size: np.float32, pace: Pace
) -> None:
    """Move an item's bias and factors; add the gradient to ``gradients`` unless that is empty."""
    last = len(direction) - 1
    if len(gradients) > 0:
        add_scaled(gradients[item, :last], direction[:last], size)
    step(items, item, (0, last), direction, size, pace, pace[3])


@njit(cache=True, nogil=True)
def step_alone(
    users: Learned,
    items: Learned,
    gradients: Floats,
    room: Floats,
    user: int,
    item: int,
    size: np.float32,
    pace: Pace,
) -> None:
    """Move both where the loss has slope ``size`` in the score of one item."""
    room[0, :] = users[0][user]
    room[1, :] = items[0][item]
    step(users, user, (1, room.shape[1]), room[1], size, pace, pace[2])
    step_item(items, gradients, item, room[0], size, pace)


@njit(cache=True, nogil=True)
def step_pair(
    users: Learned,
    items: Learned,
    gradients: Floats,
    room: Floats,
    user: int,
    better: int,
    worse: int,
    size: np.float32,
    pace: Pace,
) -> None:
    """Move all three where the loss has slope ``size`` in the score of worse less better."""
    room[0, :] = users[0][user]
    room[1, :] = items[0][worse] - items[0][better]
    step(users, user, (1, room.shape[1]), room[1], size, pace, pace[2])
    step_item(items, gradients, better, room[0], -size, pace)
    step_item(items, gradients, worse, room[0], size, pace)


@njit(cache=True, nogil=True)
def kth_best_choice(
    users: Learned, items: Learned, search: Search, user: int, scores: Floats, seed: Seed
) -> int:
    """Return the ``kos_place``-th best of ``kos_choices`` choices drawn, or of all if fewer."""
    offsets, chosen, _, _, n_drawn, place = search
    first, n_chosen = offsets[user], offsets[user + 1] - offsets[user]
    drawn = np.empty(min(n_drawn, n_chosen), dtype=np.int32)
    for t in range(len(drawn)):
        at = t if n_chosen <= n_drawn else draw(seed, n_chosen)
        drawn[t] = chosen[first + at]
        scores[t] = -product(users[0][user], items[0][drawn[t]])
    order = np.argsort(scores[: len(drawn)], kind="mergesort")
    return int(drawn[order[min(place, len(drawn)) - 1]])


@njit(cache=True, nogil=True)
def find_outranking(
    users: Learned, items: Learned, search: Search, user: int, item: int, seed: Seed
) -> tuple[int, int]:
    """Return an item not chosen that comes within the margin of ``item``, and how many were drawn.

    -1 where none of the draws does.
    """
    candidates, n_tries = search[2], search[3]
    bar = product(users[0][user], items[0][item]) - MARGIN
    for tried in range(1, n_tries + 1):
        other = candidates[draw(seed, len(candidates))]
        if product(users[0][user], items[0][other]) > bar and not has_chosen(search, user, other):
            return other, tried
    return -1, n_tries


@njit(cache=True, nogil=True)
def learn_ranks(
    events: tuple[Ints, Ints, Floats],
    search: Search,
    users: Learned,
    items: Learned,
    gradients: Floats,
    loss: int,
    pace: Pace,
    seed: Seed,
) -> None:
    """Make one step for each event (users, items, weights): ``WARP``, ``WARP_KOS`` or ``BPR``.

    ``gradients`` receives the sum of the items' gradients; shape ``(n_items, n_columns)``, or no
    row where nobody asks.
    """
    room = np.empty((2, users[0].shape[1]), dtype=np.float32)
    scores = np.empty(search[4], dtype=np.float32)
    n_candidates = len(search[2])
    for user, item, weight in zip(*events):  # noqa: B905  numba knows no strict
        if loss == BPR:
            other = search[2][draw(seed, n_candidates)]
            if not has_chosen(search, user, other):
                room[1, :] = items[0][other] - items[0][item]
                size = weight * sigmoid(product(users[0][user], room[1]))
                step_pair(users, items, gradients, room, user, item, other, size, pace)
            continue
        if loss == WARP_KOS:
            item = kth_best_choice(users, items, search, user, scores, seed)
        other, tried = find_outranking(users, items, search, user, item, seed)
        if other >= 0:
            rank = max(1, (n_candidates - 1) // tried)
            size = weight * np.float32(np.log(rank))
            step_pair(users, items, gradients, room, user, item, other, size, pace)


@njit(cache=True, nogil=True)
def learn_targets(
    events: tuple[Ints, Ints, Floats],
    targets: Floats,
    users: Learned,
    items: Learned,
    gradients: Floats,
    loss: int,
    pace: Pace,
) -> None:
    """Make one step for each event: ``LOGISTIC`` (targets 0 and 1) or ``SQUARED``."""
    room = np.empty((2, users[0].shape[1]), dtype=np.float32)
    for at in range(len(targets)):
        user, item, weight = events[0][at], events[1][at], events[2][at]
        score = product(users[0][user], items[0][item])
        expected = sigmoid(score) if loss == LOGISTIC else score
        size = weight * (expected - targets[at])
        step_alone(users, items, gradients, room, user, item, size, pace)
