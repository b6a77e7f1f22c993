from dataclasses import replace
from functools import cache
from math import inf

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.data.vocabulary import Vocabulary
from lorewise.encoders.blocks import BlockSettings, encode_items
from lorewise.errors import DataError
from lorewise.models.als import AlsScorer
from lorewise.models.als_settings import AlsSettings
from lorewise.testing.strategies import datasets
from lorewise.testing.tiny import tiny_world
from lorewise.testing.told_world import told_world

AS_TRAINED = AlsSettings(n_components=8, history_tau=inf, dislike_target=1)
"""A query is heard as training hears a user."""

WORLD = tiny_world()


@cache
def fitted(chosen: AlsSettings = AS_TRAINED) -> AlsScorer:
    return AlsScorer.fit(WORLD.dataset, WORLD.vectors, chosen)


def history(*items: int, weights: list[float] | None = None) -> Queries:
    return Queries.of(
        [np.array(items, dtype=np.int32)],
        weights=None if weights is None else [np.array(weights, dtype=np.float32)],
    )


def solved_user(scorer: AlsScorer, queries: Queries, targets: Scores) -> Scores:
    """Solve one user against the final factors, every pair written out; weights are 1."""
    is_warm = WORLD.dataset.item_counts > 0
    q = scorer.item_factors[is_warm].astype(np.float64)
    met = scorer.item_factors[queries.item_numbers].astype(np.float64)
    chosen = scorer.settings
    frequency = len(met) + chosen.unobserved_weight * len(q)
    system = chosen.unobserved_weight * q.T @ q + met.T @ met
    system += chosen.regularization * frequency**chosen.nu * np.eye(len(system))
    user: Scores = np.linalg.solve(system, met.T @ targets)
    return user


@pytest.mark.parametrize("nu", [0, 1])
def test_a_query_is_solved_as_its_user_was(nu: float) -> None:
    scorer = fitted(replace(AS_TRAINED, nu=nu, regularization=0.3))
    for user in range(5):
        queries = WORLD.dataset.queries(np.array([user], dtype=np.int32))
        expected = scorer.item_factors @ solved_user(scorer, queries, np.ones(queries.lengths[0]))
        np.testing.assert_allclose(scorer.score_catalog(queries)[0], expected, rtol=1e-3, atol=1e-4)


def test_a_dislike_asks_for_its_own_score() -> None:
    scorer = fitted(replace(AS_TRAINED, dislike_target=-0.5))
    queries = history(1, 3, weights=[1, -1])
    expected = scorer.item_factors @ solved_user(scorer, queries, np.array([1, -0.5]))
    np.testing.assert_allclose(scorer.score_catalog(queries)[0], expected, rtol=1e-3, atol=1e-4)


def test_what_is_old_enough_counts_no_more() -> None:
    scorer = fitted(replace(AS_TRAINED, history_tau=0.05))
    both, newer, older = (scorer.score_catalog(history(*h))[0] for h in ((2, 5), (5,), (2,)))
    np.testing.assert_allclose(both, newer, rtol=1e-4, atol=1e-5)
    assert np.nanmax(np.abs(both - older)) > 0.01


def test_an_unknown_item_in_the_history_says_nothing() -> None:
    scorer = fitted(replace(AS_TRAINED, nu=1, regularization=0.3))
    alone, beside = (scorer.score_catalog(history(*h)) for h in ((2,), (2, WORLD.bare_item)))
    np.testing.assert_allclose(beside, alone, rtol=1e-4, atol=1e-5)


def test_cold_items_are_found_by_their_vectors() -> None:
    scorer = fitted()
    cold = np.flatnonzero(WORLD.is_cold & WORLD.vectors.any(axis=1))
    has_taste = np.flatnonzero(WORLD.held_out >= 0).astype(np.int32)
    scores = scorer.score_catalog(WORLD.dataset.queries(has_taste))[:, cold]
    is_own = WORLD.item_clusters[cold] == WORLD.user_clusters[has_taste][:, None]
    assert 0 < is_own.mean() < 1
    assert scores[is_own].mean() > scores[~is_own].mean() + 0.05
    assert np.isnan(scorer.score_catalog(history(1))[0, WORLD.bare_item])


def test_who_met_only_unknown_items_gets_nan() -> None:
    scorer = fitted()
    assert np.isnan(scorer.score_catalog(history(WORLD.bare_item))).all()
    assert np.isnan(scorer.score_catalog(history())).all()


def test_an_arrival_is_scored_by_its_vector_and_changes_nothing_else() -> None:
    cold = np.flatnonzero(WORLD.is_cold & WORLD.vectors.any(axis=1))[0]
    nothing = np.zeros_like(WORLD.vectors[0])
    grown = fitted().with_new_items(np.stack([WORLD.vectors[cold], nothing]))
    queries = WORLD.dataset.queries()
    before, after = fitted().score_catalog(queries), grown.score_catalog(queries)
    np.testing.assert_allclose(after[:, :-2], before, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(after[:, -2], before[:, cold], rtol=1e-5, atol=1e-6)
    assert np.isnan(after[:, -1]).all()


def test_vectors_of_another_size_are_refused() -> None:
    with pytest.raises(DataError, match="vectors have 5 dimensions, those of the fit 8"):
        fitted().with_new_items(np.ones((1, 5), dtype=np.float32))
    with pytest.raises(DataError, match="3 vectors for 45 items"):
        AlsScorer.fit(WORLD.dataset, WORLD.vectors[:3], AS_TRAINED)


@pytest.mark.parametrize("nu", [0, 1])
def test_items_that_did_not_change_keep_their_factors(nu: float) -> None:
    long = fitted(replace(AS_TRAINED, n_epochs=200, nu=nu, regularization=0.5))
    items = np.flatnonzero(~WORLD.is_cold)[::4].astype(np.int32)
    again = long.fold_in_items(WORLD.dataset, WORLD.vectors, items)
    np.testing.assert_allclose(again.item_factors, long.item_factors, atol=0.01)
    untouched = np.setdiff1d(np.arange(WORLD.dataset.n_items), items)
    np.testing.assert_array_equal(again.item_factors[untouched], long.item_factors[untouched])


def with_copy_of(item: int) -> tuple[Dataset, Embeddings]:
    """Return the world with one more item, which everybody chose beside ``item``, and vectors."""
    dataset, n_items = WORLD.dataset, WORLD.dataset.n_items
    items = Vocabulary((*dataset.items.ids, "new"))
    # each event of the item is there twice, and the second is of the copy
    rows = np.repeat(np.arange(dataset.n_interactions), 1 + (dataset.item_numbers == item))
    is_copy = np.append(False, rows[1:] == rows[:-1])
    twice = dataset.only(rows)
    numbers = np.where(is_copy, n_items, twice.item_numbers).astype(np.int32)
    grown = replace(
        twice, items=items, item_numbers=numbers, item_table=pl.DataFrame({"item_id": items.ids})
    )
    return grown, np.concatenate([WORLD.vectors, WORLD.vectors[item : item + 1]])


def test_an_arrival_with_the_events_of_another_item_becomes_like_it() -> None:
    item = int(np.argmax(WORLD.dataset.item_counts))
    dataset, vectors = with_copy_of(item)
    arrival = np.array([WORLD.dataset.n_items], dtype=np.int32)
    grown = fitted().fold_in_items(dataset, vectors, arrival)
    own, copy = grown.item_factors[item], grown.item_factors[-1]
    cold = fitted().with_new_items(vectors[-1:]).item_factors[-1]
    assert np.linalg.norm(copy - own) < 0.2 * np.linalg.norm(own)
    assert np.linalg.norm(copy - own) < 0.5 * np.linalg.norm(cold - own)
    np.testing.assert_array_equal(grown.item_factors[:-1], fitted().item_factors)


def test_an_item_whose_events_are_gone_is_read_off_its_vector() -> None:
    gone = WORLD.dataset.only(WORLD.dataset.item_numbers != 1)
    again = fitted().fold_in_items(gone, WORLD.vectors, np.array([1], dtype=np.int32))
    as_cold = fitted().with_new_items(WORLD.vectors[1:2])
    np.testing.assert_allclose(again.item_factors[1], as_cold.item_factors[-1], rtol=1e-5)


def order_of_tail(prior: float, n_left: int) -> float:
    """Return how often what a person chose in the tail comes before what they did not choose.

    Every fourth item of the told world keeps ``n_left`` events; the others are held out.
    """
    world = told_world()
    vectors = encode_items(world, BlockSettings(dense="none"), cache=None).features.joined()
    is_tail = np.arange(world.n_items) % 4 == 0
    kept = np.ones(world.n_interactions, dtype=np.bool_)
    for item in np.flatnonzero(is_tail):
        kept[np.flatnonzero(world.item_numbers == item)[n_left:]] = False
    known, held_out = world.only(kept), world.only(~kept)
    scores = AlsScorer.fit(known, vectors, AlsSettings(prior=prior)).score_catalog(known.queries())
    is_met = np.zeros(scores.shape, dtype=np.bool_)
    is_met[world.user_numbers, world.item_numbers] = True
    wanted = scores[held_out.user_numbers, held_out.item_numbers]
    others = np.where(is_tail & ~is_met, scores, np.nan)[held_out.user_numbers]
    return float((wanted[:, None] > others)[~np.isnan(others)].mean())


def test_the_prior_orders_hardly_known_items() -> None:
    with_lore, without = (order_of_tail(prior, n_left=1) for prior in (3, 0))
    assert without < 0.76
    assert with_lore > without + 0.03


@settings(max_examples=15)
@given(datasets())
def test_any_dataset_is_fitted(dataset: Dataset) -> None:
    vectors = np.ones((dataset.n_items, 2), dtype=np.float32)
    scores = AlsScorer.fit(dataset, vectors, AlsSettings(n_components=3)).score_catalog(
        dataset.queries()
    )
    assert not np.isinf(scores).any()
