import numpy as np
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error, root_mean_squared_error

from lorewise.errors import DataError
from lorewise.evaluation.rating_errors import RatingErrors


def test_errors_of_one_and_three_stars() -> None:
    found = RatingErrors.of(np.array([4.0, 2.0]), np.array([5.0, 5.0]))

    assert found.mae == 2.0  # (1 + 3) / 2
    assert found.mse == 5.0  # (1 + 9) / 2
    assert found.rmse == pytest.approx(5**0.5)


def test_errors_are_those_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    predicted, actual = rng.normal(3, 1, 200).astype(np.float32), rng.integers(1, 6, 200) / 1.0

    found = RatingErrors.of(predicted, actual)

    assert found.rmse == pytest.approx(root_mean_squared_error(actual, predicted), abs=1e-9)
    assert found.mae == pytest.approx(mean_absolute_error(actual, predicted), abs=1e-9)
    assert found.mse == pytest.approx(mean_squared_error(actual, predicted), abs=1e-9)


def test_pairs_without_prediction_are_counted_and_cost_nothing() -> None:
    found = RatingErrors.of(np.array([np.nan, 3.0]), np.array([1.0, 4.0]))

    assert (found.mae, found.n_predicted, found.n_unpredicted) == (1.0, 1, 1)


def test_no_prediction_at_all_is_undefined() -> None:
    found = RatingErrors.of(np.array([np.nan]), np.array([1.0]))

    assert np.isnan([found.rmse, found.mae, found.mse]).all()


def test_predictions_for_other_pairs_are_refused() -> None:
    with pytest.raises(DataError, match=r"shape \(2,\) for ratings of shape \(3,\)"):
        RatingErrors.of(np.zeros(2), np.zeros(3))
