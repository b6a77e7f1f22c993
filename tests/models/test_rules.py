from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.queries import Queries
from lorewise.errors import SettingsError
from lorewise.models.rules import RulesScorer, RulesSettings, decay_weights
from lorewise.testing.tiny import tiny_world


def walks(*walks: list[int], weights: list[float] | None = None) -> Dataset:
    items = np.concatenate(walks).astype(np.int32)
    users = np.repeat(np.arange(len(walks)), [len(walk) for walk in walks]).astype(np.int32)
    return replace(
        tiny_world().dataset.only(np.arange(len(items))),
        user_numbers=users,
        item_numbers=items,
        weights=np.array(weights or [1] * len(items), dtype=np.float32),
    )


def fit(dataset: Dataset, settings: RulesSettings) -> RulesScorer:
    return RulesScorer.fit(dataset, np.zeros((dataset.n_items, 0), dtype=np.float32), settings)


def first_rules(dataset: Dataset, settings: RulesSettings, n: int = 4) -> NDArray[np.float32]:
    dense: NDArray[np.float32] = fit(dataset, settings).rules.toarray()[:n, :n]
    return dense


PLAIN = RulesSettings(window=2, decay="reciprocal", count_power=0)


def test_a_follower_counts_by_its_distance_and_ends_with_its_user() -> None:
    rules = first_rules(walks([0, 1, 2], [1, 3]), PLAIN)
    # 0 -> 1 at 1, 0 -> 2 at 2; 1 -> 2 and 1 -> 3 at 1; nothing leads from one user to the next
    expected = [[0, 1, 0.5, 0], [0, 0, 1, 1], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert rules.tolist() == expected


def test_the_window_ends() -> None:
    rules = first_rules(walks([0, 1, 2, 3]), PLAIN)
    assert rules[0, 3] == 0


def test_what_is_chosen_again_follows_itself() -> None:
    assert first_rules(walks([0, 0]), PLAIN)[0, 0] == 1


def test_a_rule_is_divided_by_a_power_of_its_sources_count() -> None:
    rules = first_rules(walks([0, 1], [0, 2], [0], [0]), replace(PLAIN, count_power=0.5))
    assert rules[0, 1] == pytest.approx(0.5)  # 1 / sqrt(4)


def test_linear_decay_starts_at_one_and_ends_above_zero() -> None:
    assert decay_weights(RulesSettings(window=4)).tolist() == [1, 0.75, 0.5, 0.25]


def test_only_the_strongest_followers_are_kept() -> None:
    rules = first_rules(walks([0, 1, 2], [0, 2]), replace(PLAIN, n_followers=1))
    np.testing.assert_allclose(rules[0], [0, 0, 1.5, 0])


def scores_after(
    items: list[int], weights: list[float] | None = None, settings: RulesSettings = PLAIN
) -> NDArray[np.float32]:
    scorer = fit(walks([0, 1], [2, 3]), settings)
    queries = Queries.of(
        [np.array(items, dtype=np.int32)],
        weights=None if weights is None else [np.array(weights, dtype=np.float32)],
    )
    scores: NDArray[np.float32] = scorer.score_catalog(queries)[0]
    return scores


def test_the_newest_event_speaks_loudest() -> None:
    scores = scores_after([0, 2], settings=replace(PLAIN, half_life_events=1))
    assert scores[:4].tolist() == [0, 0.5, 0, 1]
    assert np.isnan(scores[4:]).all()


def test_old_events_fall_silent() -> None:
    scores = scores_after([0, 2], settings=replace(PLAIN, n_events=1))
    assert scores[:4].tolist() == [0, 0, 0, 1]


def test_without_a_rule_there_is_no_score() -> None:
    for items in ([], [1], [9]):
        assert np.isnan(scores_after(items)).all()


def test_a_disliked_item_takes_from_its_follower() -> None:
    settings = replace(PLAIN, dislike_weight=0.5)
    assert scores_after([0], [-1], settings)[:4].tolist() == [0, -0.5, 0, 0]


def test_a_disliked_item_still_leads_to_its_farther_followers() -> None:
    # after 0 came 1 (lift 1 / 1) and 2 (lift 1 / 3): only the closest is lowered
    scorer = fit(walks([0, 1], [0, 2], [2], [2]), replace(PLAIN, n_lowered=1, dislike_weight=0.5))
    disliked = Queries.of(
        [np.array([0], dtype=np.int32)], weights=[np.array([-1], dtype=np.float32)]
    )
    assert scorer.score_catalog(disliked)[0, :3].tolist() == [0, -0.5, 1]


def test_a_dislike_in_training_is_a_choice_like_any_other() -> None:
    liked = first_rules(walks([0, 1, 2]), PLAIN)
    np.testing.assert_array_equal(first_rules(walks([0, 1, 2], weights=[1, -1, 1]), PLAIN), liked)


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(SettingsError, match="window"):
        RulesSettings(window=0)
    with pytest.raises(SettingsError, match="linear"):
        RulesSettings(decay="linea")  # type: ignore[arg-type]
