"""The ratings that were seen: their mean and their bounds."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lorewise.data.primitives import Scores


@dataclass(frozen=True)
class RatingScale:
    """Where ratings lie."""

    mean: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, ratings: Scores) -> Self:
        """Return the scale of these ratings, NaN where none was given; 0 to 0 without any.

        >>> RatingScale.of(np.array([1, np.nan, 4], dtype=np.float32))
        RatingScale(mean=2.5, lowest=1.0, highest=4.0)
        """
        given = ratings[~np.isnan(ratings)].astype(np.float64)
        if len(given) == 0:
            return cls(0.0, 0.0, 0.0)
        return cls(float(given.mean()), float(given.min()), float(given.max()))

    def clip(self, predicted: Scores) -> Scores:
        """Return the predictions, none below the lowest or above the highest rating seen."""
        return np.clip(predicted, self.lowest, self.highest)
