from collections.abc import Callable

import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.last_item import last_item
from lorewise.errors import DataError

Build = Callable[..., Dataset]
Listed = Callable[[Dataset], list[tuple[str, str, int]]]


def test_the_latest_row_of_a_user_with_three_is_held_out(build: Build, listed: Listed) -> None:
    made = last_item(build([("u", "c", 9), ("u", "a", 1), ("u", "b", 2), ("v", "a", 1)]))
    assert listed(made.held_out) == [("u", "c", 9)]
    assert listed(made.train) == [("u", "a", 1), ("u", "b", 2), ("v", "a", 1)]
    assert made.history is made.train
    assert made.candidates is None


def test_a_user_with_two_rows_keeps_both(build: Build, listed: Listed) -> None:
    rows = [("u", "a", 1), ("u", "b", 2), ("v", "a", 1), ("v", "b", 2), ("v", "c", 3)]
    assert listed(last_item(build(rows)).held_out) == [("v", "c", 3)]


def test_file_order_decides_between_equal_times(build: Build, listed: Listed) -> None:
    made = last_item(build([("u", "a", 1), ("u", "c", 2), ("u", "b", 2)]))
    assert listed(made.held_out) == [("u", "b", 2)]
    assert made.tied.tolist() == [True]


def test_without_times_file_order_decides_and_nothing_is_tied(build: Build, listed: Listed) -> None:
    made = last_item(build([("u", "a", 0), ("u", "c", 0), ("u", "b", 0)], has_times=False))
    assert listed(made.held_out) == [("u", "b", 0)]
    assert made.tied.tolist() == [False]


def test_a_dislike_is_held_out_like_any_other_row(build: Build) -> None:
    made = last_item(build([("u", "a", 1, 1), ("u", "b", 2, 1), ("u", "c", 3, -1)]))
    assert made.held_out.weights.tolist() == [-1]


def test_data_without_a_user_of_three_rows_are_refused(build: Build) -> None:
    with pytest.raises(DataError, match="'last-item' holds nothing out"):
        last_item(build([("u", "a", 1), ("u", "b", 2)]))
