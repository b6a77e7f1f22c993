import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.evaluation import significance
from lorewise.evaluation.significance import (
    bootstrap_intervals,
    holm,
    paired_difference,
    resampled_means,
)


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_interval_is_about_two_standard_errors_wide_on_either_side() -> None:
    values = rng().normal(3, 2, (400, 1))

    low, high = bootstrap_intervals(values, rng())[0]

    error = values.std() / np.sqrt(400)  # 0.1
    assert low == pytest.approx(values.mean() - 1.96 * error, abs=0.25 * error)
    assert high == pytest.approx(values.mean() + 1.96 * error, abs=0.25 * error)


def test_about_19_of_20_intervals_hold_the_true_mean() -> None:
    draws = rng().exponential(1.0, (80, 400))  # 400 samples of 80 skewed values, true mean 1

    bounds = bootstrap_intervals(draws, rng(), n_resamples=600)

    held = np.mean((bounds[:, 0] <= 1) & (bounds[:, 1] >= 1))
    assert 0.88 <= held <= 0.98


def test_undefined_values_count_for_nothing() -> None:
    values = np.array([[1.0, np.nan], [1.0, np.nan], [np.nan, np.nan]])

    bounds = bootstrap_intervals(values, rng())

    assert bounds[0].tolist() == [1.0, 1.0]
    assert np.isnan(bounds[1]).all()


def test_columns_see_the_same_resamples() -> None:
    column = rng().normal(size=50)
    means = resampled_means(np.stack([column, column + 1], axis=1), rng(), 20)

    assert means[:, 1] - means[:, 0] == pytest.approx(np.ones(20))


def test_the_same_seed_gives_the_same_interval_whatever_fits_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = rng().normal(size=(30, 2))
    whole = bootstrap_intervals(values, rng(), 100)
    monkeypatch.setattr(significance, "_CHUNK_CELLS", 200)

    assert np.array_equal(bootstrap_intervals(values, rng(), 100), whole)


def test_each_resample_draws_as_many_users_as_there_are() -> None:
    means = resampled_means(np.array([[0.0], [1.0], [0.0]]), rng(), 500)[:, 0]

    assert set(np.round(means * 3).astype(int).tolist()) == {0, 1, 2, 3}
    assert means * 3 == pytest.approx(np.round(means * 3))


def test_no_users_have_no_interval() -> None:
    assert np.isnan(bootstrap_intervals(np.zeros((0, 1)), rng())).all()


def test_a_constant_gain_is_certain() -> None:
    worse = rng().random(40)

    found = paired_difference(worse + 0.1, worse, rng())

    assert found.mean == pytest.approx(0.1)
    assert found.ci95 == pytest.approx((0.1, 0.1))
    assert found.p_value == pytest.approx(2 / 2001)  # no resample on the other side


def test_equal_values_are_no_evidence() -> None:
    values = rng().random(40)

    assert paired_difference(values, values, rng()).p_value == 1.0


def test_only_users_with_both_values_are_compared() -> None:
    found = paired_difference(np.array([1.0, np.nan, 3.0]), np.array([0.0, 5.0, np.nan]), rng())

    assert (found.mean, found.n_users) == (1.0, 1)


def test_no_common_user_is_no_comparison() -> None:
    found = paired_difference(np.array([np.nan]), np.array([1.0]), rng())

    assert np.isnan(found.mean)
    assert (found.p_value, found.n_users) == (1.0, 0)


def test_without_a_true_difference_small_p_values_are_as_rare_as_they_claim() -> None:
    source = rng()
    found = [
        paired_difference(source.random(60), source.random(60), rng(i), 200).p_value
        for i in range(200)
    ]

    assert np.mean(np.array(found) <= 0.05) <= 0.12
    assert np.mean(np.array(found) <= 0.5) == pytest.approx(0.5, abs=0.15)


def test_turning_the_comparison_around_changes_the_sign_alone() -> None:
    first, second = rng(1).random(50), rng(2).random(50)

    there = paired_difference(first, second, rng())
    back = paired_difference(second, first, rng())

    assert back.mean == pytest.approx(-there.mean)
    assert back.ci95 == pytest.approx((-there.ci95[1], -there.ci95[0]))
    assert back.p_value == there.p_value


def test_holm_multiplies_the_smallest_most_and_never_falls() -> None:
    # sorted .01 .02 .03 .30: times 4 3 2 1 = .04 .06 .06 .30, running maximum the same
    assert holm([0.02, 0.30, 0.01, 0.03]) == pytest.approx((0.06, 0.30, 0.04, 0.06))
    # .04 * 2 = .08, then .05 * 1 = .05 is raised to .08
    assert holm([0.05, 0.04]) == pytest.approx((0.08, 0.08))


def test_holm_of_one_or_none_changes_nothing() -> None:
    assert holm([0.2]) == (0.2,)
    assert holm([]) == ()


@given(st.lists(st.floats(0, 1), max_size=8))
def test_corrected_values_are_no_smaller_and_no_larger_than_bonferroni(raw: list[float]) -> None:
    for before, after in zip(raw, holm(raw), strict=True):
        assert before <= after <= min(1.0, before * len(raw)) + 1e-12
