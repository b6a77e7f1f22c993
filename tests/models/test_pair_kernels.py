import numpy as np
import pytest

from lorewise.models.pair_kernels import (
    add_gram,
    add_predecessors,
    dense_rows,
    followers_of,
    sparse_rows,
)

ENDS = np.array([3, 3, 3, 5, 5])
STARTS = np.array([0, 0, 0, 3, 3])
ITEMS = np.array([0, 1, 0, 1, 2], dtype=np.int32)  # histories 0 1 0 and 1 2
RUNS = (STARTS, ENDS, ITEMS)
PLACES = (np.array([0, 2, 4, 5]), np.array([0, 2, 1, 3, 4]))
WEIGHTS = np.array([1, 2, 1, 1, 1], dtype=np.float32)
TARGETS = np.ones(5, dtype=np.float32)
HALF = np.array([1, 0.5], dtype=np.float32)  # a window of 2


def test_followers_fade_by_the_square_and_end_with_the_history() -> None:
    followers = followers_of(ENDS, np.array([1, 1, 2, 1, 1], dtype=np.float32), 0.5)
    # row 0: 1 + .25 * 2; row 1: 2; the last of each history: none
    assert followers.tolist() == [1.5, 2, 0, 1, 0]


def test_a_target_counts_what_stood_before_it_by_distance() -> None:
    buffer = np.zeros(3, dtype=np.float32)
    add_predecessors(buffer, PLACES[1][:2], RUNS, WEIGHTS, TARGETS, HALF)
    # item 0 is a target at rows 0 and 2; before row 2: row 1 (weight 2), row 0 at .5
    assert buffer.tolist() == [0.5, 2, 0]


def test_a_row_that_is_no_target_counts_nothing() -> None:
    buffer = np.zeros(3, dtype=np.float32)
    add_predecessors(buffer, PLACES[1][:2], RUNS, WEIGHTS, 0 * TARGETS, HALF)
    assert buffer.tolist() == [0, 0, 0]


def test_a_pair_counts_for_the_targets_within_the_window_of_both() -> None:
    buffer = np.zeros(3, dtype=np.float32)
    followers = followers_of(ENDS, TARGETS, 0.5)
    assert followers[:3].tolist() == [1.25, 1, 0]
    one_step = np.array([1], dtype=np.float32)
    add_gram(
        buffer, PLACES[1][:1], RUNS, WEIGHTS, followers, one_step,
        np.array([0.25], dtype=np.float32),
    )  # fmt: skip
    # with a window of 1, row 0 is a prefix of target 1 alone: 1.25 - .25 * followers[1] = 1
    assert buffer.tolist() == [1, 0, 0]


def test_no_pair_is_farther_apart_than_the_window() -> None:
    beyond = np.ones(3, dtype=np.float32)  # were a kernel to read past its window, it would count
    buffer = np.zeros(3, dtype=np.float32)
    rows = np.array([1])
    add_gram(buffer, rows, RUNS, 1 + 0 * WEIGHTS, TARGETS, beyond[:1], 0 * beyond[:1])
    assert buffer.tolist() == [0, 1, 0]
    buffer[:] = 0
    add_predecessors(buffer, np.array([2]), RUNS, 1 + 0 * WEIGHTS, TARGETS, beyond[:1])
    assert buffer.tolist() == [0, 1, 0]


@pytest.mark.parametrize("is_gram", [True, False])
def test_sparse_rows_leave_their_buffer_as_they_found_it(is_gram: bool) -> None:
    buffers, dense = np.zeros((4, 3), dtype=np.float32), np.zeros((3, 3), dtype=np.float32)
    layout = (PLACES, RUNS, WEIGHTS, TARGETS, HALF, 0 * HALF)
    dense_rows(dense, *layout, is_gram=is_gram)
    room = np.array([0, 3, 6])
    columns, values = np.full(6, -1, dtype=np.int32), np.zeros(6, dtype=np.float32)
    wanted = np.array([0, 2], dtype=np.int32)
    counts = sparse_rows(wanted, buffers, room, columns, values, *layout, is_gram=is_gram)
    for i, item in enumerate(wanted):
        cells = slice(room[i], room[i] + counts[i])
        row = np.zeros(3, dtype=np.float32)
        row[columns[cells]] = values[cells]
        np.testing.assert_array_equal(row, dense[item])
        assert len(set(columns[cells])) == counts[i]
    assert not buffers.any()
