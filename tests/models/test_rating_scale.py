import numpy as np

from lorewise.models.rating_scale import RatingScale

NONE = np.float32(np.nan)


def test_the_scale_is_that_of_the_ratings_given() -> None:
    assert RatingScale.of(np.array([5, NONE, 2], dtype=np.float32)) == RatingScale(3.5, 2, 5)


def test_without_ratings_the_scale_is_a_point() -> None:
    for ratings in ([], [NONE]):
        assert RatingScale.of(np.array(ratings, dtype=np.float32)) == RatingScale(0, 0, 0)


def test_predictions_are_kept_within_what_was_seen() -> None:
    clipped = RatingScale(3, 1, 5).clip(np.array([0.5, 4.5, 7, NONE], dtype=np.float32))
    np.testing.assert_array_equal(clipped, np.array([1, 4.5, 5, NONE], dtype=np.float32))
