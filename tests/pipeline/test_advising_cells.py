"""Chance in users and in items."""

import numpy as np
import pytest

from lorewise.pipeline.advising_cells import difference_of, interval_of, mean_of


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def test_the_mean_is_that_of_all_known_values() -> None:
    # of three values, 0.2 and 0.4 and 0.9
    assert mean_of(np.array([[0.2, np.nan], [0.4, 0.9]])) == pytest.approx(0.5)
    assert np.isnan(mean_of(np.full((2, 2), np.nan)))


def test_values_that_are_all_alike_leave_nothing_to_chance() -> None:
    assert interval_of(np.full((30, 6), 0.25), rng()) == pytest.approx((0.25, 0.25))


def test_groups_that_disagree_widen_the_interval_however_many_users_there_are() -> None:
    cells = np.tile([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], (5_000, 1))
    low, high = interval_of(cells, rng())
    assert low < 0.25
    assert high > 0.45


def test_a_gain_that_turns_with_the_items_is_not_beyond_chance() -> None:
    base = np.full((2_000, 6), 0.3)
    turning = base + np.array([0.05, -0.04, 0.05, -0.04, 0.05, -0.04])
    steady = base + 0.005
    assert (
        difference_of(turning, base, rng()).ci95[0] < 0 < difference_of(turning, base, rng()).mean
    )
    found = difference_of(steady, base, rng())
    assert found.mean == pytest.approx(0.005)
    assert found.ci95 == pytest.approx((0.005, 0.005))
    assert found.p_value < 0.01
