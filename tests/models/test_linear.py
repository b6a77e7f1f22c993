from collections.abc import Callable
from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.models.strengths import EventStrengths
from lorewise.models.text_prior import TextPrior
from lorewise.testing.scorer_contract import CHECKS, ScorerCase, recall_of
from lorewise.testing.strategies import datasets
from lorewise.testing.tiny import tiny_world

Matrix = NDArray[np.float64]
EXACT = LinearSettings(ridge=2, prior=0, solver="exact")


def whole(fitted: LinearScorer) -> Scores:
    return fitted.matrix.times(np.eye(fitted.n_items, dtype=np.float32))


def vectors_of(dataset: Dataset, dim: int = 3) -> Embeddings:
    rng = np.random.default_rng(2)
    return unit_rows(rng.normal(size=(dataset.n_items, dim)).astype(np.float32))


def ease(x: Matrix, ridge: float, prior: float, c: Scores) -> Matrix:
    """Regress each column on all the others."""
    n_items = x.shape[1]
    solved = np.zeros((n_items, n_items))
    for j in range(n_items):
        r = np.flatnonzero(np.arange(n_items) != j)
        system = x[:, r].T @ x[:, r] + (ridge + prior) * np.eye(len(r))
        solved[r, j] = np.linalg.solve(system, x[:, r].T @ x[:, j] + prior * c[r, j])
    return solved


def histories(dataset: Dataset) -> Matrix:
    """Write X out: a row per user; weights tempered, dislikes as near as likes, repeats summed."""
    weights = np.abs(EventStrengths.fit(dataset, history_tau=inf).tempered(dataset.weights))
    x = np.zeros((dataset.n_users, dataset.n_items))
    np.add.at(x, (dataset.user_numbers, dataset.item_numbers), weights)
    return x


@settings(max_examples=25)
@given(datasets(), st.sampled_from([0, 5]))
def test_the_matrix_is_ease_on_the_histories(dataset: Dataset, prior: float) -> None:
    vectors = vectors_of(dataset)
    fitted = LinearScorer.fit(dataset, vectors, replace(EXACT, prior=prior))
    c = TextPrior.fit(vectors, ridge=EXACT.text_ridge).dense()
    expected = ease(histories(dataset), 2, prior, c)
    np.testing.assert_allclose(whole(fitted), expected, atol=1e-4)


def test_only_the_newest_events_count() -> None:
    dataset = tiny_world().dataset
    last_alone = LinearScorer.fit(dataset, vectors_of(dataset), replace(EXACT, window=1))
    assert not whole(last_alone).any()


def test_a_score_is_the_sum_of_what_the_history_adds() -> None:
    world = tiny_world()
    warm = np.flatnonzero(~world.is_cold).astype(np.int32)[:3]
    fitted = LinearScorer.fit(world.dataset, world.vectors, EXACT)
    rows = whole(fitted)
    scores = fitted.score_catalog(Queries.of([warm]))
    expected = rows[warm].sum(axis=0)
    is_warm = ~world.is_cold
    np.testing.assert_allclose(scores[0, is_warm], expected[is_warm], atol=1e-5)


@pytest.mark.parametrize("solver", ["exact", "local"])
def test_no_item_predicts_itself(solver: str) -> None:
    world = tiny_world()
    chosen = LinearSettings(solver=solver)  # type: ignore[arg-type]
    fitted = LinearScorer.fit(world.dataset, world.vectors, chosen)
    assert not np.diagonal(whole(fitted)).any()


LOCAL = ScorerCase("linear-local", LinearScorer, LinearSettings(solver="local"))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_local_solver_keeps_the_contract_too(check: Callable[[ScorerCase], None]) -> None:
    check(LOCAL)


def test_quality_stays_in_its_band() -> None:
    recall, chance = recall_of(LOCAL)
    assert chance < 0.2
    assert 0.40 < recall < 0.75  # EASE knows the taste but not the order of the walk


def test_scores_of_popular_items_are_divided_by_a_power_of_their_events() -> None:
    world = tiny_world()
    dataset, queries = world.dataset, world.dataset.queries()
    plain = LinearScorer.fit(dataset, world.vectors, EXACT)
    quieter = LinearScorer.fit(dataset, world.vectors, replace(EXACT, popularity_power=0.5))
    counts = dataset.item_counts
    mean = counts[counts > 0].mean()
    factors = np.where(counts > 0, (np.maximum(counts, 1) / mean) ** -0.5, 1)
    wanted = plain.score_catalog(queries) * factors.astype(np.float32)
    np.testing.assert_allclose(quieter.score_catalog(queries), wanted, rtol=1e-5, atol=1e-6)
    more = quieter.with_new_items(world.vectors[:2])
    assert more.score_catalog(queries).shape[1] == dataset.n_items + 2
    again = LinearScorer.from_arrays(quieter.to_arrays())
    np.testing.assert_array_equal(again.score_catalog(queries), quieter.score_catalog(queries))
