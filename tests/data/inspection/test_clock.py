from collections.abc import Callable

import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.clock import clock_findings, read_clock

Build = Callable[..., Dataset]


def found(dataset: Dataset) -> list[str]:
    return [each.what for each in clock_findings(read_clock(dataset))]


def test_the_span_is_told_in_days(build: Build) -> None:
    clock = read_clock(build([("u", "a", 100), ("v", "b", 100 + 3 * 86_400)]))
    assert (clock.first_s, clock.last_s, clock.span_days) == (100, 259_300, 3.0)
    assert clock.tells_order


def test_the_first_event_of_a_user_cannot_be_tied(build: Build) -> None:
    # u: b tied, c not; v: b not: one of three events that have one before them
    rows = [("u", "a", 1), ("u", "b", 1), ("u", "c", 2), ("v", "a", 2), ("v", "b", 3)]
    assert read_clock(build(rows)).tied_share == pytest.approx(1 / 3)
    assert found(build(rows)) == ["tied times"]


def test_missing_times_are_a_finding(build: Build) -> None:
    dataset = build([("u", "a", 1), ("u", "b", 2)], has_times=False)
    assert found(dataset) == ["no times"]
    assert read_clock(dataset).first_s is None
    assert not read_clock(dataset).tells_order


def test_equal_times_are_a_finding(build: Build) -> None:
    assert found(build([("u", "a", 7), ("v", "b", 7)])) == ["all times equal"]
    assert found(build([("u", "a", 0), ("v", "b", 0)])) == ["all times equal"]
    assert read_clock(build([("u", "a", 0), ("v", "b", 0)])).n_at_zero == 0  # none is later


def test_times_at_zero_among_others_are_a_finding(build: Build) -> None:
    dataset = build([("u", "a", 0), ("v", "b", 7)])
    assert found(dataset) == ["times at zero"]
    assert clock_findings(read_clock(dataset))[0].evidence.startswith("1 interactions")


def test_different_times_are_no_finding(build: Build) -> None:
    assert found(build([("u", "a", 6), ("u", "b", 7)])) == []


def test_no_interactions_are_no_finding_of_the_clock(build: Build) -> None:
    assert found(build([])) == []
