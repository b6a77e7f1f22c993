from collections.abc import Callable

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.counts import Spread, count, count_findings

Build = Callable[..., Dataset]


def test_sizes_and_shares_are_those_of_a_small_example(build: Build) -> None:
    rows = [
        ("u", "a", 1, 1, 5),
        ("u", "a", 2, 1, 4),
        ("u", "b", 3, -1, 1),
        ("v", "a", 4, 1, np.nan),
    ]
    counts = count(build(rows, unseen=["c"]))
    assert (counts.n_users, counts.n_items, counts.n_interactions) == (2, 3, 4)
    assert (counts.n_idle_users, counts.n_cold_items) == (0, 1)
    assert counts.density == pytest.approx(3 / 6)  # u-a, u-b, v-a of 2 users x 3 items
    assert counts.dislike_share == pytest.approx(1 / 4)
    assert counts.rated_share == pytest.approx(3 / 4)
    assert (counts.n_ratings, counts.n_weights) == (3, 2)


def test_a_spread_is_that_of_those_who_have_any() -> None:
    # of 1 to 10: median 5.5; nine tenths of the way from the 1st to the 10th is 1 + .9 x 9 = 9.1
    spread = Spread.of(np.array([0, 0, *range(1, 11)]))
    assert (spread.median, spread.max) == (5.5, 10)
    assert spread.p90 == pytest.approx(9.1)


def test_nobody_having_any_is_a_spread_of_zeros() -> None:
    assert Spread.of(np.zeros(3, dtype=np.int64)) == Spread(0, 0, 0)


def test_an_empty_dataset_is_a_problem(build: Build) -> None:
    found = count_findings(count(build([], unseen=["a"])))
    assert [(each.severity, each.what) for each in found] == [("problem", "no interactions")]


def test_more_dislikes_than_likes_are_a_warning(build: Build) -> None:
    found = count_findings(count(build([("u", "a", 1, -1), ("u", "b", 2, 1)])))
    assert [each.what for each in found] == ["mostly dislikes"]
    assert "50%" in found[0].evidence


def test_fewer_dislikes_than_likes_are_no_finding(build: Build) -> None:
    rows = [("u", "a", 1, -1), ("u", "b", 2, 1), ("u", "c", 2, 1)]
    assert count_findings(count(build(rows))) == []
