import numpy as np
import pytest

from lorewise.data.queries import Queries
from lorewise.errors import SettingsError
from lorewise.models.expected_popularity import (
    ExpectedPopularityScorer,
    ExpectedPopularitySettings,
)
from lorewise.testing.tiny import tiny_world

ANYBODY = Queries.of([np.array([], dtype=np.int32)])


def test_a_warm_item_scores_its_own_log_count_of_likes() -> None:
    dataset = tiny_world().dataset
    scorer = ExpectedPopularityScorer.fit(
        dataset, tiny_world().vectors, ExpectedPopularitySettings()
    )
    liked = np.bincount(dataset.item_numbers[dataset.weights > 0], minlength=dataset.n_items)
    warm = dataset.item_counts > 0
    found = scorer.score_catalog(ANYBODY)[0]
    np.testing.assert_allclose(found[warm], np.log1p(liked)[warm], rtol=1e-6)


def test_a_cold_item_is_judged_by_its_likes_in_kind() -> None:
    # Items along one axis: the further right, the more popular; the new one stands far right.
    world = tiny_world()
    counts = world.dataset.item_counts
    angles = np.where(counts > 0, counts / counts.max(), 0.0) * 1.4
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    cold = np.flatnonzero(counts == 0)
    vectors[cold[0]] = [np.cos(1.4), np.sin(1.4)]
    vectors[cold[1]] = [np.cos(0.3), np.sin(0.3)]
    scorer = ExpectedPopularityScorer.fit(world.dataset, vectors, ExpectedPopularitySettings())
    assert scorer.item_scores[cold[0]] > scorer.item_scores[cold[1]]


def test_nothing_is_guessed_of_an_item_without_vector() -> None:
    world = tiny_world()
    scorer = ExpectedPopularityScorer.fit(
        world.dataset, world.vectors, ExpectedPopularitySettings()
    )
    assert np.isnan(scorer.item_scores[world.bare_item])


def test_an_arrival_scores_like_a_cold_twin() -> None:
    world = tiny_world()
    scorer = ExpectedPopularityScorer.fit(
        world.dataset, world.vectors, ExpectedPopularitySettings()
    )
    cold = np.flatnonzero(world.is_cold & np.any(world.vectors, axis=1))[:1]
    grown = scorer.with_new_items(world.vectors[cold])
    assert grown.item_scores[-1] == pytest.approx(scorer.item_scores[cold[0]], rel=1e-5)


@pytest.mark.parametrize("settings", [{"max_landmarks": 9}, {"degree": 0.0}])
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(SettingsError):
        ExpectedPopularitySettings(**settings)  # type: ignore[arg-type]  # what is tested
