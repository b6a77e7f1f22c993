"""Numbers as overlapping bins."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from lorewise.encoders.soft_bins import knots, soft_bins

CENTERS = np.array([0.0, 1.0, 3.0, 7.0])


def test_knots_are_quantiles_without_repeats_or_gaps() -> None:
    values = np.array([np.nan, 1, 2, 3, 4, 5, np.inf])
    assert_array_equal(knots(values, 3), [1, 3, 5])
    assert_array_equal(knots(np.array([2.0, 2.0, 2.0, 9.0]), 4), [2, 9])
    assert not len(knots(np.array([np.nan]), 4))


def test_a_value_is_shared_by_the_two_nearest_centers() -> None:
    # 4 lies a quarter of the way from 3 to 7
    assert_allclose(soft_bins(np.array([4.0]), CENTERS), [[0, 0, 0.75, 0.25]])


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=20))
def test_shares_sum_to_one_and_are_never_negative(values: list[float]) -> None:
    bins = soft_bins(np.array(values), CENTERS)
    assert (bins >= 0).all()
    assert_allclose(bins.sum(axis=1), 1, atol=1e-6)


def test_nearer_values_have_nearer_bins() -> None:
    bins = soft_bins(np.array([1.0, 1.5, 2.5, 6.0]), CENTERS)
    assert (np.diff(bins @ bins[0]) < 0).all()


def test_nothing_belongs_to_no_bin() -> None:
    assert_array_equal(soft_bins(np.array([np.nan]), CENTERS), np.zeros((1, 4)))
    assert soft_bins(np.array([1.0]), np.zeros(0)).shape == (1, 0)
