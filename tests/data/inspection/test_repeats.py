from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.repeats import repeat_findings, repeats

Build = Callable[..., Dataset]


def test_a_pair_met_three_times_is_repeated_twice(build: Build) -> None:
    found = repeats(build([("u", "a", 1), ("u", "a", 2), ("u", "a", 3), ("v", "a", 1)]))
    assert (found.n_repeats, found.n_lost_repeats, found.n_duplicates) == (2, 2, 0)


def test_a_repeat_after_an_event_that_allows_it_is_not_lost(build: Build) -> None:
    dataset = build([("u", "a", 1), ("u", "a", 2), ("u", "a", 3)])
    found = repeats(replace(dataset, repeatable=np.array([True, False, False])))
    assert (found.n_repeats, found.n_lost_repeats) == (2, 1)


def test_rows_are_duplicates_only_if_equal_in_every_column(build: Build) -> None:
    same = ("u", "a", 1, 1, np.nan)
    assert repeats(build([same, same])).n_duplicates == 1
    for other in (("u", "a", 2, 1), ("u", "a", 1, -1), ("u", "a", 1, 1, 3), ("u", "b", 1, 1)):
        assert repeats(build([same, other])).n_duplicates == 0


def test_without_times_no_duplicate_can_be_told(build: Build) -> None:
    dataset = build([("u", "a", 1), ("u", "a", 1)], has_times=False)
    assert repeats(dataset).n_duplicates == 0
    assert repeats(dataset).n_repeats == 1


def test_duplicates_and_repeats_are_found_with_their_numbers(build: Build) -> None:
    rows = [("u", "a", 1), ("u", "a", 1), ("u", "b", 2), ("u", "c", 3)]
    found = repeat_findings(repeats(build(rows)), 4)
    assert [each.what for each in found] == ["duplicate rows", "repeated pairs of user and item"]
    assert found[0].evidence.startswith("1 of 4 rows")
    assert found[1].severity == "note"


def test_mostly_lost_repeats_are_a_warning(build: Build) -> None:
    rows = [("u", "a", time) for time in range(4)]
    assert repeat_findings(repeats(build(rows)), 4)[0].severity == "warning"


def test_pairs_met_once_are_no_finding(build: Build) -> None:
    rows = [("u", "a", 1), ("u", "b", 1), ("v", "a", 1)]
    assert repeat_findings(repeats(build(rows)), 3) == []
