import math

import polars as pl
import pytest

from lorewise.data.preferences import AssembleSettings, dislike_limit, with_preferences
from lorewise.errors import SettingsError


def preferences(
    settings: AssembleSettings | None = None, **columns: list[object]
) -> tuple[list[float], list[float], list[bool]]:
    types = {"weight": pl.Float32, "rating": pl.Float32, "event_type": pl.Categorical}
    rows = pl.DataFrame(columns, schema={name: types[name] for name in columns})
    rows = rows.with_columns(user_id=pl.lit("u"))
    seen = with_preferences(rows, settings or AssembleSettings())
    return seen["weight"].to_list(), seen["rating"].to_list(), seen["repeatable"].to_list()


@pytest.mark.parametrize(
    ("ratings", "limit"),
    [
        ([1, 5], 2.0),
        ([0.5, 4.5], 2.0),
        ([1, 10], 4.0),  # 40 % of 10
        ([1, 7], 2.8),  # 40 % of 7
        ([0, 1], 0.0),
        ([1, 1], 0.0),
        ([0, 10.5], None),
        ([None], 0.0),
    ],
)
def test_the_largest_rating_tells_the_scale(ratings: list[float], limit: float | None) -> None:
    seen = dislike_limit(pl.Series(ratings, dtype=pl.Float32), AssembleSettings())
    assert seen == (None if limit is None else pytest.approx(limit))


def test_two_stars_of_five_are_a_dislike_and_two_and_a_half_are_none() -> None:
    weights, ratings, _ = preferences(rating=[2, 2.5, 5])
    assert weights == [-1, 1, 1]
    assert ratings == [2, 2.5, 5]


def test_four_of_ten_are_a_dislike_and_five_are_none() -> None:
    assert preferences(rating=[4, 5, 10])[0] == [-1, 1, 1]


def test_values_above_ten_are_counts_and_become_weights() -> None:
    weights, ratings, _ = preferences(rating=[3, 13883])
    assert weights == [3, 13883]
    assert all(math.isnan(rating) for rating in ratings)


def test_a_limit_in_the_settings_makes_large_values_ratings_again() -> None:
    weights, ratings, _ = preferences(AssembleSettings(dislike_at_or_below=50), rating=[50, 100])
    assert weights == [-1, 1]
    assert ratings == [50, 100]


def test_a_given_weight_wins_over_the_rating_which_is_kept() -> None:
    weights, ratings, _ = preferences(weight=[0.5, -3], rating=[1, 5])
    assert weights == [0.5, -3]
    assert ratings == [1, 5]


def test_what_nothing_is_said_about_weighs_one() -> None:
    weights, ratings, repeatable = preferences(event_type=["view"])
    assert (weights, repeatable) == ([1], [False])
    assert math.isnan(ratings[0])


def test_an_event_without_weight_or_rating_weighs_one_beside_others_that_have_them() -> None:
    assert preferences(weight=[None, 2], event_type=["view", "buy"])[0] == [1, 2]
    assert preferences(rating=[None, 1, 5], event_type=["view", "rate", "rate"])[0] == [1, -1, 1]


def test_a_negative_event_weighs_below_zero_whatever_the_sign_in_the_data() -> None:
    weights, _, _ = preferences(weight=[2, -2, 2], event_type=["dislike", "skip", "like"])
    assert weights == [-2, -2, 2]


def test_names_of_events_are_compared_without_case_spaces_and_hyphens() -> None:
    weights, _, repeatable = preferences(event_type=["Thumbs-Down", "TURN ON", None, "playlist"])
    assert weights == [-1, 1, 1, 1]
    assert repeatable == [False, True, False, False]


def test_event_names_come_from_the_settings() -> None:
    settings = AssembleSettings(negative_event_types=["boo"], repeatable_event_types={"watch"})
    weights, _, repeatable = preferences(settings, event_type=["boo", "dislike", "watch", "play"])
    assert weights == [-1, 1, 1, 1]
    assert repeatable == [False, False, True, False]


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(SettingsError, match="dislike_at_or_below is nan; give a finite number"):
        AssembleSettings(dislike_at_or_below=math.nan)
    with pytest.raises(SettingsError, match="negative_event_types is the text 'skip'"):
        AssembleSettings(negative_event_types="skip")
