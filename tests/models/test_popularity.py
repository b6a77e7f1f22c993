from dataclasses import replace
from math import inf

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.errors import SettingsError
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.testing.tiny import tiny_world

DAY_S = 86_400


def three_events(*, days: tuple[int, ...], weights: tuple[float, ...] = (1, 1, 1)) -> Dataset:
    """Items 0, 0 and 1 chosen by the first users of the tiny world."""
    return replace(
        tiny_world().dataset.only(np.arange(3)),
        user_numbers=np.arange(3, dtype=np.int32),
        item_numbers=np.array([0, 0, 1], dtype=np.int32),
        timestamps_s=np.array(days, dtype=np.int64) * DAY_S,
        weights=np.array(weights, dtype=np.float32),
    )


def scores(dataset: Dataset, half_life_days: float) -> list[float]:
    vectors = np.zeros((dataset.n_items, 0), dtype=np.float32)
    settings = PopularitySettings(half_life_days=half_life_days)
    scorer = PopularityScorer.fit(dataset, vectors, settings)
    return [float(score) for score in scorer.item_scores[:3]]


def test_an_interaction_halves_for_each_half_life() -> None:
    # newest is day 20; ages 20, 10 and 0: item 0 has 1/4 + 1/2, item 1 has 1, nobody chose 2
    assert scores(three_events(days=(0, 10, 20)), 10) == pytest.approx([0.75, 1.0, 0.0])


def test_an_infinite_half_life_counts() -> None:
    assert scores(three_events(days=(0, 10, 20)), inf) == [2, 1, 0]


def test_without_times_every_interaction_counts_in_full() -> None:
    dataset = replace(three_events(days=(0, 10, 20)), has_times=False)
    assert scores(dataset, 10) == [2, 1, 0]


def test_a_dislike_lowers_the_item_and_size_does_not_matter() -> None:
    assert scores(three_events(days=(0, 0, 0), weights=(1, -1, -7)), inf) == [0, -1, 0]


def test_a_half_life_of_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match="half_life_days is 0"):
        PopularitySettings(half_life_days=0)
