from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.temporal import temporal, time_cut
from lorewise.errors import DataError, SettingsError

Build = Callable[..., Dataset]
Listed = Callable[[Dataset], list[tuple[str, str, int]]]

# ten rows; a fifth is two, so the cut is at the eighth time, 8
ROWS = [
    ("u", "a", 1),
    ("u", "b", 2),
    ("v", "a", 3),
    ("v", "c", 4),
    ("u", "c", 5),
    ("u", "d", 6),
    ("v", "d", 7),
    ("v", "e", 8),
]


def test_rows_after_the_cut_are_held_out(build: Build, listed: Listed) -> None:
    made = temporal(build([*ROWS, ("u", "e", 9), ("v", "b", 10)]))
    assert listed(made.held_out) == [("u", "e", 9), ("v", "b", 10)]
    assert len(listed(made.train)) == 8
    assert made.settings == {"share": 0.2, "cut_s": 8}


def test_a_user_who_first_comes_after_the_cut_is_in_no_part(build: Build, listed: Listed) -> None:
    made = temporal(build([*ROWS, ("u", "e", 9), ("w", "b", 10)]))
    assert listed(made.held_out) == [("u", "e", 9)]
    assert len(listed(made.train)) == 8


def test_an_item_the_user_has_already_is_not_asked_for(build: Build, listed: Listed) -> None:
    made = temporal(build([*ROWS, ("u", "a", 9), ("v", "b", 10)]))
    assert listed(made.held_out) == [("v", "b", 10)]


def test_an_item_that_may_be_had_again_is_asked_for(build: Build, listed: Listed) -> None:
    dataset = build([*ROWS, ("u", "a", 9), ("v", "b", 10)])
    again = replace(dataset, repeatable=np.ones(10, dtype=np.bool_))
    assert listed(temporal(again).held_out) == [("u", "a", 9), ("v", "b", 10)]


def test_rows_at_the_time_of_the_cut_are_all_before_it(build: Build, listed: Listed) -> None:
    made = temporal(build([*ROWS, ("u", "e", 8), ("v", "b", 10)]))
    assert listed(made.held_out) == [("v", "b", 10)]


def test_a_new_item_after_the_cut_is_cold(build: Build) -> None:
    dataset = build([*ROWS, ("u", "new", 9), ("v", "b", 10)])
    assert dataset.items.array[temporal(dataset).cold_items].tolist() == ["new"]


def test_the_cut_leaves_at_most_the_share_after_it() -> None:
    # of 5 rows .4 are 2: the third time is the last before the cut
    assert time_cut(np.array([50, 10, 40, 20, 30]), 0.4) == 30
    assert time_cut(np.array([1, 2, 2, 2, 3]), 0.4) == 2


def test_data_without_times_are_refused_with_a_remedy(build: Build) -> None:
    with pytest.raises(DataError, match=r"needs times.*`timestamp` column.*'random'"):
        temporal(build(ROWS, has_times=False))


def test_data_of_one_moment_hold_nothing_out(build: Build) -> None:
    with pytest.raises(DataError, match="'temporal' holds nothing out"):
        temporal(build([("u", "a", 1), ("u", "b", 1), ("v", "a", 1)]))


def test_a_share_of_everything_is_refused(build: Build) -> None:
    with pytest.raises(SettingsError, match=r"share of 1\.0"):
        temporal(build(ROWS), share=1.0)
