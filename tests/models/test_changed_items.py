from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.data.vocabulary import Vocabulary
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings, SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.testing.tiny import tiny_world

Scorer = LinearScorer | SequentialLinearScorer
WORLD = tiny_world()
N_ITEMS = WORLD.dataset.n_items
WARM = np.flatnonzero(~WORLD.is_cold).tolist()
KNOWN_COLD = [item for item in np.flatnonzero(WORLD.is_cold).tolist() if item != WORLD.bare_item]
both_models = pytest.mark.parametrize("kind", ["linear", "sequential"])


def settings_of(kind: str) -> Any:
    chosen = LinearSettings if kind == "linear" else SequentialLinearSettings
    return chosen(solver="local")


def fit(kind: str, dataset: Dataset, vectors: Embeddings) -> Scorer:
    scorer_class = LinearScorer if kind == "linear" else SequentialLinearScorer
    return scorer_class.fit(dataset, vectors, settings_of(kind))


@cache
def fitted(kind: str) -> Scorer:
    return fit(kind, WORLD.dataset, WORLD.vectors)


def scores(scorer: Scorer, items: list[int], weights: list[float] | None = None) -> Scores:
    sizes = np.ones(len(items)) if weights is None else np.array(weights)
    history = np.array(items, dtype=np.int32)
    row: Scores = scorer.score_catalog(Queries.of([history], weights=[sizes.astype(np.float32)]))[0]
    return row


def columns(scorer: Scorer) -> Scores:
    return scorer.matrix.times(np.eye(len(scorer.cold.reader), dtype=np.float32))


def pairs_near(scorer: Scorer) -> Iterator[tuple[int, int]]:
    for item in range(N_ITEMS):
        for other in scorer.dislikes.near[item]:
            if other >= 0:
                yield item, int(other)


def grown(dataset: Dataset, n_new: int) -> Dataset:
    items = Vocabulary((*dataset.items.ids, *(f"new-{number}" for number in range(n_new))))
    return replace(dataset, items=items, item_table=pl.DataFrame({"item_id": items.ids}))


def refresh(
    scorer: Scorer, kind: str, dataset: Dataset, vectors: Embeddings, items: list[int]
) -> Scorer:
    numbers = np.array(items, dtype=np.int32)
    return scorer.refresh_items(dataset, vectors, numbers, settings_of(kind))  # type: ignore[arg-type, return-value, unused-ignore]


def with_walk(dataset: Dataset, items: list[int]) -> Dataset:
    """Return the dataset with these items at the end of the last user's history."""
    n_new = len(items)
    return replace(
        dataset,
        user_numbers=np.append(dataset.user_numbers, [dataset.n_users - 1] * n_new).astype(
            np.int32
        ),
        item_numbers=np.append(dataset.item_numbers, items).astype(np.int32),
        weights=np.append(dataset.weights, np.ones(n_new)).astype(np.float32),
        ratings=np.append(dataset.ratings, [np.nan] * n_new).astype(np.float32),
        timestamps_s=np.append(dataset.timestamps_s, [2_000_000_000] * n_new),
        repeatable=np.append(dataset.repeatable, np.zeros(n_new, dtype=np.bool_)),
    )


@both_models
def test_refreshing_what_did_not_change_changes_nothing(kind: str) -> None:
    scorer = fitted(kind)
    same = refresh(scorer, kind, WORLD.dataset, WORLD.vectors, [7, 3, 3, KNOWN_COLD[0]])
    before, after = scorer.to_arrays(), same.to_arrays()
    assert before.keys() == after.keys()
    for name, array in before.items():
        np.testing.assert_allclose(array, after[name], atol=1e-5, err_msg=name)


@both_models
def test_few_regressors_do_not_mean_few_neighbors(kind: str) -> None:
    few = replace(settings_of(kind), n_neighbors=0)
    numbers = np.array([WARM[4]], dtype=np.int32)
    new = fitted(kind).refresh_items(WORLD.dataset, WORLD.vectors, numbers, few)
    np.testing.assert_array_equal(new.dislikes.near, fitted(kind).dislikes.near)
    whole = type(new).fit(WORLD.dataset, WORLD.vectors, few)
    np.testing.assert_allclose(columns(new)[:, numbers], columns(whole)[:, numbers], atol=1e-6)


@both_models
def test_only_the_columns_asked_for_are_solved_anew(kind: str) -> None:
    cold, warm = KNOWN_COLD[0], WARM[2]
    walk = [warm, cold, WARM[9], cold]
    dataset, vectors = with_walk(WORLD.dataset, walk), WORLD.vectors.copy()
    vectors[warm] = vectors[cold]
    scorer = fitted(kind)
    new = refresh(scorer, kind, dataset, vectors, [warm, cold])
    whole = fit(kind, dataset, vectors)
    others = np.setdiff1d(np.arange(N_ITEMS), [warm, cold])
    np.testing.assert_array_equal(columns(new)[:, others], columns(scorer)[:, others])
    np.testing.assert_allclose(
        columns(new)[:, [warm, cold]], columns(whole)[:, [warm, cold]], atol=1e-5
    )
    assert np.abs(columns(new) - columns(scorer)).max() > 1e-3
    liked = scores(scorer, [walk[2]])
    still_cold = [item for item in KNOWN_COLD if item != cold]
    np.testing.assert_allclose(scores(new, [walk[2]])[still_cold], liked[still_cold], rtol=1e-5)


@both_models
def test_a_cold_item_with_events_becomes_a_warm_column(kind: str) -> None:
    cold, warm = KNOWN_COLD[0], WARM[2]
    dataset = with_walk(WORLD.dataset, [warm, cold])
    new = refresh(fitted(kind), kind, dataset, WORLD.vectors, [cold])
    assert cold not in new.cold.items
    assert scores(new, [warm])[cold] == pytest.approx(columns(new)[warm, cold])
    whole = fit(kind, dataset, WORLD.vectors)
    assert scores(new, [warm])[cold] == pytest.approx(scores(whole, [warm])[cold], abs=1e-5)


@both_models
def test_an_item_whose_events_are_gone_becomes_cold(kind: str) -> None:
    item = WARM[2]
    dataset = WORLD.dataset.only(WORLD.dataset.item_numbers != item)
    scorer = fitted(kind)
    new = refresh(scorer, kind, dataset, WORLD.vectors, [item])
    assert item in new.cold.items
    sources, coefficients = scorer.solve_item(WORLD.vectors[item], n_coefficients=N_ITEMS)
    liked = WARM[9]
    found = coefficients[sources == liked]
    assert scores(new, [liked])[item] == pytest.approx(float(found[0]))


@both_models
def test_a_bare_cold_item_gets_its_vector(kind: str) -> None:
    vectors = WORLD.vectors.copy()
    vectors[WORLD.bare_item] = vectors[KNOWN_COLD[0]]
    new = refresh(fitted(kind), kind, WORLD.dataset, vectors, [WORLD.bare_item])
    liked = scores(new, [WARM[0]])
    assert liked[WORLD.bare_item] == pytest.approx(liked[KNOWN_COLD[0]])


@both_models
def test_dislikes_still_lower_the_nearest_after_a_refresh(kind: str) -> None:
    cold, warm = KNOWN_COLD[0], WARM[2]
    dataset = with_walk(WORLD.dataset, [warm, cold, warm, cold, warm, cold])
    new = refresh(fitted(kind), kind, dataset, WORLD.vectors, [cold])
    other = WARM[20]
    before, n_by, n_of = scores(new, [other]), 0, 0
    for item, near in pairs_near(new):
        if cold in (item, near):
            assert scores(new, [other, item], [1, -1])[near] < before[near]
            n_by, n_of = n_by + (item == cold), n_of + (near == cold)
    assert n_by > 1
    assert n_of > 1


@both_models
def test_an_arrival_with_events_becomes_a_warm_column(kind: str) -> None:
    arrived = np.stack([WORLD.vectors[0], WORLD.vectors[1]])
    scorer = fitted(kind).with_new_items(arrived)
    warm = WARM[2]
    dataset = with_walk(grown(WORLD.dataset, 2), [warm, N_ITEMS, warm, N_ITEMS])
    vectors = np.concatenate([WORLD.vectors, arrived])
    new = refresh(scorer, kind, dataset, vectors, [N_ITEMS])
    assert new.n_items == N_ITEMS + 2
    assert (N_ITEMS in new.cold.items, N_ITEMS + 1 in new.cold.items) == (False, True)
    whole = fit(kind, dataset, vectors)
    before, after = scores(scorer, [warm]), scores(new, [warm])
    assert after[N_ITEMS] == pytest.approx(scores(whole, [warm])[N_ITEMS], abs=1e-5)
    others = np.arange(N_ITEMS + 2) != N_ITEMS
    np.testing.assert_allclose(after[others], before[others], rtol=1e-5)
    assert scores(new, [warm, N_ITEMS], [1, -1])[N_ITEMS] < after[N_ITEMS]
    again = refresh(new, kind, dataset, vectors, [warm])
    assert scores(again, [N_ITEMS])[warm] != 0
