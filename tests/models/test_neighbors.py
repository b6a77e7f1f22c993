from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.queries import Queries
from lorewise.errors import DataError
from lorewise.models.neighbors import NeighborsScorer
from lorewise.models.neighbors_settings import Kind, NeighborsSettings
from lorewise.models.similarity import Similarity
from lorewise.testing.tiny import tiny_world

NONE = np.zeros((tiny_world().dataset.n_items, 0), dtype=np.float32)
# three users choose items 0 1, 0 1 2 and 2 3
TRIO = replace(
    tiny_world().dataset.only(np.arange(7)),
    user_numbers=np.array([0, 0, 1, 1, 1, 2, 2], dtype=np.int32),
    item_numbers=np.array([0, 1, 0, 1, 2, 2, 3], dtype=np.int32),
    weights=np.ones(7, dtype=np.float32),
    ratings=np.array([5, 4, 5, 4, 1, 2, 5], dtype=np.float32),
)


def plain(kind: Kind, similarity: Similarity = "cosine") -> NeighborsScorer:
    settings = NeighborsSettings(
        kind=kind, similarity=similarity, shrinkage=0, half_life_events=float("inf")
    )
    return NeighborsScorer.fit(TRIO, NONE, settings)


def history(*items: int, weights: list[float] | None = None) -> Queries:
    return Queries.of(
        [np.array(items, dtype=np.int32)],
        weights=None if weights is None else [np.array(weights, dtype=np.float32)],
    )


def test_items_score_by_the_cosines_of_their_users() -> None:
    scores = plain("item").score_catalog(history(0))[0]
    # users of 0: {0, 1}, of 1: {0, 1}, of 2: {1, 2}: 2 / 2 and 1 / 2; item 0 itself: no neighbor
    assert scores[:4].tolist() == pytest.approx([0, 1, 0.5, 0])
    assert np.isnan(scores[4:]).all()


def test_a_dislike_takes_a_share_of_what_a_like_gives() -> None:
    liked = plain("item").score_catalog(history(0))[0, :4]
    disliked = plain("item").score_catalog(history(0, weights=[-1]))[0, :4]
    np.testing.assert_allclose(disliked, -0.25 * liked)


def test_users_vote_by_their_cosine_to_the_history() -> None:
    scores = plain("user").score_catalog(history(0))[0]
    # user 0: 1 / sqrt(2) votes for 0 and 1; user 1: 1 / sqrt(3) votes for 0, 1 and 2
    assert scores[:4].tolist() == pytest.approx([1.28446, 1.28446, 0.57735, 0], abs=1e-5)


def test_a_stranger_without_shared_items_gets_nan() -> None:
    for kind in ("item", "user"):
        assert np.isnan(plain(kind).score_catalog(history(9))).all()
        assert np.isnan(plain(kind).score_catalog(history())).all()


def test_only_the_nearest_are_kept() -> None:
    settings = NeighborsSettings(n_neighbors=1, shrinkage=0, half_life_events=float("inf"))
    scorer = NeighborsScorer.fit(TRIO, NONE, settings)
    # 2's neighbors: 3 (1 / sqrt 2), 0 and 1 (1 / 2): from 0 it is not reached
    assert scorer.score_catalog(history(0))[0, :4].tolist() == pytest.approx([0, 1, 0, 0])


def test_similar_items_come_best_first() -> None:
    found = plain("user").similar_items(2, 3)
    assert found.numbers.tolist() == [[3, 0, 1]]
    assert found.similarities[0].tolist() == pytest.approx([0.70711, 0.5, 0.5], abs=1e-5)


def test_similar_users_come_best_first_without_oneself() -> None:
    queries = TRIO.queries(np.array([0], dtype=np.int32))
    found = plain("item").similar_users(queries, 2)
    # oneself 1, user 1: 2 / sqrt(6)
    assert found.numbers.tolist() == [[0, 1]]
    assert found.similarities[0].tolist() == pytest.approx([1, 0.81650], abs=1e-5)
    others = plain("item").similar_users(queries, 2, left_out=np.array([0], dtype=np.int32))
    assert others.numbers.tolist() == [[1, -1]]


def test_ratings_are_predicted_from_users() -> None:
    scorer = plain("user", "pearson")
    queries = replace(history(0, 1), ratings=np.array([4, 3], dtype=np.float32))
    # users 0 and 1 correlate by 1; own mean 3.5; item 2: user 1 rated 1 - 10/3 = -7/3
    found = scorer.predict_ratings(queries, np.array([2, 3], dtype=np.int32))
    assert found[0, 0] == pytest.approx(3.5 - 7 / 3, abs=1e-5)
    assert np.isnan(found[0, 1])


def test_ratings_are_predicted_from_items() -> None:
    scorer = plain("item", "adjusted_cosine")
    queries = replace(history(0), ratings=np.array([4], dtype=np.float32))
    # deviations from user means 4.5, 10/3: items 0 and 1 share (.5, 5/3) and (-.5, 2/3):
    # similarity above 0; item 1's mean 4 plus 0's deviation 4 - 5
    found = scorer.predict_ratings(queries, np.array([1, 3], dtype=np.int32))
    assert found[0, 0] == pytest.approx(3)
    assert np.isnan(found[0, 1])


def test_a_query_without_ratings_has_no_predictions() -> None:
    for kind in ("item", "user"):
        scorer = plain(kind, "pearson")
        assert np.isnan(scorer.predict_ratings(history(0), np.arange(4, dtype=np.int32))).all()


def test_similar_users_rate_alike_where_ratings_are_compared() -> None:
    queries = replace(history(0, 1), ratings=np.array([3, 2], dtype=np.float32))
    found = plain("user", "pearson").similar_users(queries, 3)
    # users 0 and 1 rated 0 above 1 too; user 2 rated neither
    assert found.numbers.tolist() == [[0, 1, -1]]
    assert found.similarities[0, :2].tolist() == pytest.approx([1, 1])


def test_without_any_ratings_nothing_is_predicted() -> None:
    empty = TRIO.only(np.zeros(7, dtype=np.bool_))
    scorer = NeighborsScorer.fit(empty, NONE, NeighborsSettings(similarity="pearson"))
    queries = replace(history(0), ratings=np.array([4], dtype=np.float32))
    assert np.isnan(scorer.predict_ratings(queries, np.arange(4, dtype=np.int32))).all()


def test_choices_predict_no_ratings() -> None:
    with pytest.raises(DataError, match="fit with 'pearson'"):
        plain("user").predict_ratings(history(0), np.arange(4, dtype=np.int32))


def test_ratings_are_missed_by_name() -> None:
    unrated = replace(TRIO, ratings=np.full(7, np.nan, dtype=np.float32))
    with pytest.raises(DataError, match="'pearson' compares ratings and the data hold none"):
        NeighborsScorer.fit(unrated, NONE, NeighborsSettings(similarity="pearson"))


def test_predictions_beat_the_mean_on_two_tastes() -> None:
    world = tiny_world()
    rated = world.held_out >= 0
    queries = world.dataset.queries()
    for kind in ("item", "user"):
        settings = NeighborsSettings(kind=kind, similarity="pearson", shrinkage=1)
        scorer = NeighborsScorer.fit(world.dataset, world.vectors, settings)
        items = np.arange(world.dataset.n_items, dtype=np.int32)
        predicted = scorer.predict_ratings(queries, items)[rated]
        own = world.item_clusters[None, :] == world.user_clusters[rated][:, None]
        assert np.nanmean(predicted[own]) > np.nanmean(predicted[~own]) + 0.5
