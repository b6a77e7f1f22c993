"""How far predicted ratings lie from those that people gave."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.errors import DataError


@dataclass(frozen=True, kw_only=True)
class RatingErrors:
    """Errors over the pairs that have a prediction; NaN if none has."""

    rmse: float
    """Root of the mean squared error, in the unit of the ratings."""

    mae: float
    """Mean absolute error, in the unit of the ratings."""

    mse: float
    """Mean squared error, in the squared unit of the ratings."""

    n_predicted: int
    """Pairs with a prediction, the ones the errors speak of."""

    n_unpredicted: int
    """Pairs the model declined to predict (NaN); they cost nothing, so look at their number."""

    @classmethod
    def of(cls, predicted: NDArray[np.floating], actual: NDArray[np.floating]) -> Self:
        """Return the errors of ``predicted`` (NaN where unknown), both of shape ``(n_pairs,)``.

        Raises:
            DataError: The shapes differ.

        >>> RatingErrors.of(np.array([3.0, np.nan]), np.array([5.0, 1.0])).rmse
        2.0
        """
        if predicted.shape != actual.shape:
            raise DataError(
                f"predictions of shape {predicted.shape} for ratings of shape {actual.shape}; "
                "give one prediction per rating, NaN where there is none"
            )
        errors = predicted.astype(np.float64) - actual
        errors = errors[~np.isnan(errors)]
        mse = float(np.mean(errors**2)) if len(errors) else float("nan")
        return cls(
            rmse=mse**0.5,
            mae=float(np.mean(np.abs(errors))) if len(errors) else float("nan"),
            mse=mse,
            n_predicted=len(errors),
            n_unpredicted=len(predicted) - len(errors),
        )
