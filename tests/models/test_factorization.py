from dataclasses import replace
from math import inf

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.queries import Queries
from lorewise.data.vocabulary import Vocabulary
from lorewise.errors import DataError
from lorewise.evaluation.rating_errors import RatingErrors
from lorewise.models.factorization import FactorizationScorer
from lorewise.models.factorization_settings import FactorizationSettings, Loss
from lorewise.testing.scorer_contract import ScorerCase, recall_of
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world()
NONE = WORLD.vectors[:, :0]
FAST = FactorizationSettings(n_components=4, n_epochs=3)


def fit(
    settings: FactorizationSettings = FAST, dataset: Dataset = WORLD.dataset
) -> FactorizationScorer:
    return FactorizationScorer.fit(dataset, WORLD.vectors, settings)


def expect_equal(one: FactorizationScorer, other: FactorizationScorer) -> None:
    for name, array in one.to_arrays().items():
        if name != "setting_n_epochs":
            np.testing.assert_array_equal(array, other.to_arrays()[name], err_msg=name)


def test_another_seed_learns_other_rows() -> None:
    expect_equal(fit(), fit())
    other = fit(replace(FAST, seed=43))
    assert not np.allclose(fit().machine.users.values, other.machine.users.values, atol=1e-3)


def test_going_on_equals_a_longer_fit() -> None:
    short = fit(replace(FAST, n_epochs=2))
    saved = {name: array.copy() for name, array in short.to_arrays().items()}
    for array in saved.values():
        array.flags.writeable = False
    for begun in (short, FactorizationScorer.from_arrays(saved)):
        expect_equal(fit(), begun.fit_partial(WORLD.dataset, WORLD.vectors, n_epochs=1))


def with_arrivals() -> tuple[Dataset, np.ndarray]:
    """Return the world with a user and an item more; the user liked it and some of cluster 0."""
    dataset = WORLD.dataset
    liked = np.flatnonzero((WORLD.item_clusters == 0) & ~WORLD.is_cold)[:8]
    chosen = np.append(liked, dataset.n_items).astype(np.int32)
    ones = np.ones(len(chosen), dtype=np.float32)
    grown = replace(
        dataset,
        users=Vocabulary((*dataset.users.ids, "user-new")),
        items=Vocabulary((*dataset.items.ids, "item-new")),
        user_numbers=np.append(dataset.user_numbers, np.full(9, dataset.n_users)).astype(np.int32),
        item_numbers=np.append(dataset.item_numbers, chosen),
        weights=np.append(dataset.weights, ones),
        ratings=np.append(dataset.ratings, 4 * ones),
        timestamps_s=np.append(dataset.timestamps_s, np.full(9, dataset.timestamps_s.max())),
        repeatable=np.append(dataset.repeatable, np.zeros(9, dtype=np.bool_)),
    )
    return grown, np.concatenate([WORLD.vectors, WORLD.vectors[liked[:1]]])


def test_new_users_and_items_join_what_was_learned() -> None:
    before = fit()
    dataset, vectors = with_arrivals()
    same = before.fit_partial(dataset, vectors, n_epochs=0)
    n_users, n_items = WORLD.dataset.n_users, WORLD.dataset.n_items
    np.testing.assert_array_equal(same.machine.users.values[:n_users], before.machine.users.values)
    after = before.fit_partial(dataset, vectors, n_epochs=2)
    assert after.machine.users.values.shape == (n_users + 1, 6)
    assert not np.array_equal(after.machine.users.values[-1], same.machine.users.values[-1])
    assert not np.array_equal(after.machine.items.values[-1], same.machine.items.values[-1])
    scores = after.score_catalog(dataset.queries())
    assert scores.shape == (n_users + 1, n_items + 1)
    assert np.isfinite(scores[:, -1]).all()


def test_a_heavier_like_weighs_more_than_a_dislike() -> None:
    two = WORLD.dataset.only(np.arange(2))
    settings = FactorizationSettings(loss="logistic", n_components=1, n_epochs=5)

    def bias_of(weights: list[float]) -> float:
        dataset = replace(
            two,
            user_numbers=np.array([0, 1], dtype=np.int32),
            item_numbers=np.array([7, 7], dtype=np.int32),
            weights=np.array(weights, dtype=np.float32),
        )
        return float(fit(settings, dataset).machine.items.values[7, 0])

    assert bias_of([9, -1]) > 0.05
    assert bias_of([1, -9]) < -0.05


def test_cold_items_are_scored_by_their_vectors() -> None:
    scorer = fit(FactorizationSettings(n_epochs=10))
    users = np.flatnonzero(WORLD.held_out >= 0).astype(np.int32)
    scores = scorer.score_catalog(WORLD.dataset.queries(users))
    cold = np.flatnonzero(WORLD.is_cold & WORLD.vectors.any(axis=1))
    is_own = WORLD.item_clusters[cold][None] == WORLD.user_clusters[users][:, None]
    own, other = scores[:, cold][is_own], scores[:, cold][~is_own]
    assert own.mean() > other.mean() + own.std() / 2
    assert np.isnan(scores[:, WORLD.bare_item]).all()


def test_without_vectors_a_cold_item_has_no_score() -> None:
    scores = FactorizationScorer.fit(WORLD.dataset, NONE, FAST).score_catalog(
        WORLD.dataset.queries()
    )
    np.testing.assert_array_equal(np.isnan(scores), np.tile(WORLD.is_cold, (len(scores), 1)))


def test_an_arrival_scores_as_a_cold_item_of_its_vector() -> None:
    cold = int(np.flatnonzero(WORLD.is_cold & WORLD.vectors.any(axis=1))[0])
    grown = fit().with_new_items(WORLD.vectors[[cold, WORLD.bare_item]])
    scores = grown.score_catalog(WORLD.dataset.queries())
    np.testing.assert_allclose(scores[:, -2], scores[:, cold], rtol=1e-4, atol=1e-5)
    assert np.isnan(scores[:, -1]).all()
    np.testing.assert_allclose(
        scores[:, :-2], fit().score_catalog(WORLD.dataset.queries()), rtol=1e-4, atol=1e-5
    )


def test_without_a_history_the_items_biases_are_the_scores() -> None:
    scores = fit().score_catalog(Queries.of([np.zeros(0, dtype=np.int32)]))[0]
    known = fit().is_known
    np.testing.assert_array_equal(scores[known], fit().machine.items.values[known, 0])


NOISE, MEAN = 0.3, 5.0


def planted() -> tuple[Dataset, np.ndarray, np.ndarray]:
    """Return ratings of rank 2 with noise, two thirds of them given; all ratings; the mask."""
    rng = np.random.default_rng(3)
    dataset = WORLD.dataset
    n_users, n_items = dataset.n_users, dataset.n_items
    true = MEAN + rng.normal(size=(n_users, 2)) @ rng.normal(size=(2, n_items))
    ratings = (true + NOISE * rng.normal(size=true.shape)).astype(np.float32)
    is_given = rng.random(true.shape) < 2 / 3
    users, items = np.nonzero(is_given)
    n = len(users)
    given = replace(
        dataset,
        user_numbers=users.astype(np.int32),
        item_numbers=items.astype(np.int32),
        weights=np.ones(n, dtype=np.float32),
        ratings=ratings[is_given],
        timestamps_s=np.arange(n, dtype=np.int64),
        repeatable=np.zeros(n, dtype=np.bool_),
    )
    return given, ratings, is_given


def test_squared_finds_a_planted_matrix_again() -> None:
    dataset, ratings, is_given = planted()
    settings = FactorizationSettings(
        loss="squared", n_components=2, n_epochs=100, learning_rate=0.1, history_tau=inf,
        fold_in_ridge=1,
    )  # fmt: skip
    scorer = FactorizationScorer.fit(dataset, NONE, settings)
    everything = np.arange(dataset.n_items, dtype=np.int32)
    predicted = scorer.predict_ratings(dataset.queries(), everything)
    errors = RatingErrors.of(predicted[~is_given], ratings[~is_given])
    assert ratings.std() > 4 * NOISE
    assert 0.9 * NOISE < errors.rmse < 1.3 * NOISE
    assert predicted.min() >= dataset.ratings.min()
    assert predicted.max() <= dataset.ratings.max()


def test_predictions_stay_within_the_ratings_seen_and_scores_do_not() -> None:
    dataset = replace(
        WORLD.dataset, ratings=np.where(WORLD.dataset.weights > 0, 5, 1).astype(np.float32)
    )
    settings = FactorizationSettings(loss="squared", history_tau=inf, fold_in_ridge=0.1)
    scorer, queries = fit(settings, dataset), dataset.queries()
    everything = np.arange(dataset.n_items, dtype=np.int32)
    scores = scorer.score_catalog(queries)
    assert np.nanmin(scores) < 1
    assert np.nanmax(scores) > 5
    predicted = scorer.predict_ratings(queries, everything)
    np.testing.assert_array_equal(predicted, np.clip(scores, 1, 5))


def test_a_rating_without_a_history_is_the_mean_and_the_items_bias() -> None:
    scorer = fit(replace(FAST, loss="squared"))
    scores = scorer.score_catalog(Queries.of([np.zeros(0, dtype=np.int32)]))[0]
    biases = scorer.machine.items.values[:, 0]
    expected = WORLD.dataset.ratings.mean(dtype=np.float64) + biases
    np.testing.assert_allclose(scores[scorer.is_known], expected[scorer.is_known], rtol=1e-5)


def test_where_nobody_has_chosen_anything_no_vector_means_anything() -> None:
    empty = WORLD.dataset.only(np.zeros(WORLD.dataset.n_interactions, dtype=np.bool_))
    assert np.isnan(fit(FAST, empty).score_catalog(WORLD.dataset.queries())).all()


def test_only_squared_predicts_ratings() -> None:
    with pytest.raises(DataError, match="loss 'warp' does not learn ratings; fit with 'squared'"):
        fit().predict_ratings(WORLD.dataset.queries(), np.arange(3, dtype=np.int32))


def test_squared_needs_ratings() -> None:
    ratings = np.full(WORLD.dataset.n_interactions, np.nan, dtype=np.float32)
    with pytest.raises(DataError, match="'squared' learns ratings and the data hold none"):
        fit(replace(FAST, loss="squared"), replace(WORLD.dataset, ratings=ratings))


@pytest.mark.parametrize(
    ("loss", "low", "high"),
    [
        ("warp", 0.45, 0.90),
        ("warp_kos", 0.45, 0.85),
        ("bpr", 0.40, 0.80),
        ("logistic", 0.25, 0.60),  # tells likes from dislikes, and knows no order
        ("squared", 0.25, 0.60),
    ],
)
def test_quality_stays_in_its_band(loss: Loss, low: float, high: float) -> None:
    settings = FactorizationSettings(loss=loss)
    recall, chance = recall_of(ScorerCase(loss, FactorizationScorer, settings))
    assert chance < 0.2
    assert low < recall < high
