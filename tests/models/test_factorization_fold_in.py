from dataclasses import replace
from math import inf

import numpy as np
import pytest

from lorewise.data.queries import Queries
from lorewise.models.factorization_fold_in import PointwiseFoldIn, RankingFoldIn, fold_in_from
from lorewise.models.factorization_fold_in_kernels import solve_users
from lorewise.models.factorization_machine import Machine
from lorewise.models.factorization_settings import FactorizationSettings, Loss
from lorewise.models.factorization_training import trained
from lorewise.models.rating_scale import RatingScale
from lorewise.models.strengths import EventStrengths
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world()
RANKING = FactorizationSettings(n_components=2, history_tau=inf)
SQUARED = replace(RANKING, loss="squared")
# items 0 and 1 are [b, q, 1] with two factors
ROWS = np.array([[0.5, 1, 0, 1], [-1, 2, 2, 1]], dtype=np.float32)
ALIKE = EventStrengths(typical=1, history_tau=inf)


def machine(settings: FactorizationSettings) -> Machine:
    start = Machine.empty(0, settings).grown(WORLD.dataset, WORLD.vectors[:, :0], settings)
    return trained(start, WORLD.dataset, WORLD.vectors[:, :0], settings, 5)


def history(*items: int, weights: list[float], ratings: list[float] | None = None) -> Queries:
    queries = Queries.of(
        [np.array(items, dtype=np.int32)], weights=[np.array(weights, dtype=np.float32)]
    )
    given = [np.nan] * len(items) if ratings is None else ratings
    return replace(queries, ratings=np.array(given, dtype=np.float32))


def folded(fold_in: RankingFoldIn | PointwiseFoldIn, queries: Queries) -> list[float]:
    return [float(value) for value in fold_in.user_rows(ROWS, queries)[0]]


def test_a_ranking_history_is_a_sum_of_factors_read_by_one_matrix() -> None:
    reader = np.array([[1, 0.5], [0, 1]], dtype=np.float32)
    fold_in = RankingFoldIn(reader, ALIKE, dislike_weight=0.25)
    # (1, 0) - .25 * (2, 2) = (.5, -.5), times the reader: (.5, .25 - .5)
    found = folded(fold_in, history(0, 1, weights=[1, -1]))
    assert found == pytest.approx([1, 0.5, -0.25, 0])
    assert folded(fold_in, history(weights=[])) == [1, 0, 0, 0]


def test_ranking_histories_are_read_as_by_a_ridge_regression() -> None:
    learned = machine(RANKING)
    fold_in = RankingFoldIn.fit(learned, WORLD.dataset, RANKING)
    warm = np.flatnonzero(~WORLD.is_cold)
    q = learned.items.values[warm, 1:-1].astype(np.float64)
    ridge = RANKING.fold_in_ridge * np.trace(q.T @ q) / 2
    queries = WORLD.dataset.queries()
    s = np.zeros((len(queries), WORLD.dataset.n_items))
    signed = np.where(queries.weights < 0, -RANKING.dislike_weight, 1)
    np.add.at(s, (queries.query_numbers, queries.item_numbers), signed)
    expected = s[:, warm] @ q @ np.linalg.inv(q.T @ q + ridge * np.eye(2))
    users = learned.users.values[:, 1:-1]
    expected *= np.sqrt(np.mean(users**2) / np.mean(expected**2))
    found = fold_in.user_rows(learned.items.values, queries)
    np.testing.assert_allclose(found[:, 1:-1], expected, rtol=1e-3, atol=1e-4)


def test_rated_histories_are_solved_for_factors_and_bias() -> None:
    ridges, scale = np.array([2, 2, 1], dtype=np.float32), RatingScale(3, 1, 5)
    fold_in = PointwiseFoldIn(ridges, ALIKE, scale, is_squared=True)
    found = folded(fold_in, history(0, 1, weights=[1, -1], ratings=[5, 1]))
    x, missed = ROWS[:, 1:], np.array([5 - 3 - 0.5, 1 - 3 + 1])
    expected = np.linalg.solve(x.T @ x + np.diag(ridges), missed @ x)
    assert found == pytest.approx([1, *expected], abs=1e-5)


def test_events_without_a_rating_say_nothing_of_ratings() -> None:
    fold_in = PointwiseFoldIn(
        np.ones(3, dtype=np.float32), ALIKE, RatingScale(3, 1, 5), is_squared=True
    )
    rated = history(0, weights=[1], ratings=[5])
    more = history(0, 1, weights=[1, 1], ratings=[5, np.nan])
    assert folded(fold_in, more) == folded(fold_in, rated)
    assert folded(fold_in, history(1, weights=[1])) == [1, 0, 0, 0]


def test_logistic_histories_take_one_step_of_newton() -> None:
    ridges = np.array([2, 2, 1], dtype=np.float32)
    fold_in = PointwiseFoldIn(ridges, ALIKE, RatingScale(0, 0, 0), is_squared=False)
    x, expected = ROWS[:, 1:], 1 / (1 + np.exp(-ROWS[:, 0]))
    system = (x * (expected * (1 - expected))[:, None]).T @ x + np.diag(ridges)
    step = np.linalg.solve(system, (np.array([1, 0]) - expected) @ x)
    assert folded(fold_in, history(0, 1, weights=[1, -1])) == pytest.approx([1, *step], abs=1e-5)


def test_ridges_are_the_noise_over_the_spread_of_the_users() -> None:
    learned, dataset = machine(SQUARED), WORLD.dataset
    fold_in = PointwiseFoldIn.fit(learned, dataset, SQUARED)
    users = learned.users.values[np.diff(dataset.offsets) > 0]
    own = learned.users.values[dataset.user_numbers] * learned.items.values[dataset.item_numbers]
    noise = np.mean((dataset.ratings - dataset.ratings.mean() - own.sum(axis=1)) ** 2)
    expected = SQUARED.fold_in_ridge * noise / np.mean(users[:, 1:] ** 2, axis=0)
    np.testing.assert_allclose(fold_in.ridges, expected, rtol=1e-3)


@pytest.mark.parametrize("loss", ["warp", "logistic", "squared"])
def test_a_fold_in_comes_back_from_its_arrays(loss: Loss) -> None:
    settings = replace(RANKING, loss=loss, history_tau=3.0)
    learned = machine(settings)
    kind = PointwiseFoldIn if settings.is_pointwise else RankingFoldIn
    fold_in = kind.fit(learned, WORLD.dataset, settings)
    scale = RatingScale.of(WORLD.dataset.ratings)
    back = fold_in_from(fold_in.to_arrays(), scale, settings)
    rows = learned.items.values
    queries = WORLD.dataset.queries()
    np.testing.assert_array_equal(back.user_rows(rows, queries), fold_in.user_rows(rows, queries))


def test_a_loaded_fold_in_runs_the_code_that_the_fitted_one_runs() -> None:
    fold_in = PointwiseFoldIn.fit(machine(SQUARED), WORLD.dataset, SQUARED)
    queries = WORLD.dataset.queries()
    expected = fold_in.user_rows(machine(SQUARED).items.values, queries)
    n_compiled = len(solve_users.signatures)
    saved = {name: array.copy() for name, array in fold_in.to_arrays().items()}
    for array in saved.values():
        array.flags.writeable = False
    loaded = fold_in_from(saved, fold_in.scale, SQUARED)
    found = loaded.user_rows(machine(SQUARED).items.values, queries)
    np.testing.assert_array_equal(found, expected)
    assert len(solve_users.signatures) == n_compiled
