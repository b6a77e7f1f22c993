from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lorewise.data.dataset import Dataset
from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.data.vocabulary import Vocabulary
from lorewise.errors import DataError, SettingsError
from lorewise.models.item_matrix import SparseItemMatrix
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings, SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.testing.strategies import datasets, query_batches
from lorewise.testing.tiny import tiny_world

Scorer = LinearScorer | SequentialLinearScorer
Solver = Literal["exact", "local"]
WORLD = tiny_world()
N_ITEMS = WORLD.dataset.n_items
COLD = np.flatnonzero(WORLD.is_cold)
KNOWN_COLD = [int(item) for item in COLD if item != WORLD.bare_item]
KINDS = [(kind, solver) for kind in ("linear", "sequential") for solver in ("exact", "local")]
every_kind = pytest.mark.parametrize(("kind", "solver"), KINDS)
both_models = pytest.mark.parametrize("kind", ["linear", "sequential"])


def fit(kind: str, solver: Solver, dataset: Dataset, vectors: Embeddings, **chosen: Any) -> Scorer:
    if kind == "linear":
        return LinearScorer.fit(dataset, vectors, LinearSettings(solver=solver, **chosen))
    wanted = SequentialLinearSettings(solver=solver, **chosen)
    return SequentialLinearScorer.fit(dataset, vectors, wanted)


@cache
def fitted(kind: str, solver: Solver, dim: int = 8) -> Scorer:
    return fit(kind, solver, WORLD.dataset, WORLD.vectors[:, :dim])


def query(items: list[int], weights: list[float] | None = None) -> Queries:
    return Queries.of(
        [np.array(items, dtype=np.int32)],
        weights=None if weights is None else [np.array(weights, dtype=np.float32)],
    )


def scores(scorer: Scorer, items: list[int], weights: list[float] | None = None) -> Scores:
    row: Scores = scorer.score_catalog(query(items, weights))[0]
    return row


def columns(scorer: Scorer) -> Scores:
    return scorer.matrix.times(np.eye(len(scorer.cold.reader), dtype=np.float32))


# --- what is known, and what is not


@every_kind
@settings(max_examples=15)
@given(queries=query_batches(N_ITEMS))
def test_nan_stands_for_empty_histories_and_bare_cold_items_alone(
    kind: str, solver: Solver, queries: Queries
) -> None:
    for dim in (8, 0):
        is_unknown = np.isnan(fitted(kind, solver, dim).score_catalog(queries))
        bare = [WORLD.bare_item] if dim else COLD
        expected = np.zeros((len(queries), N_ITEMS), dtype=np.bool_)
        expected[:, bare] = True
        expected[queries.lengths == 0] = True
        np.testing.assert_array_equal(is_unknown, expected)


@every_kind
def test_to_a_cold_item_only_likes_speak(kind: str, solver: Solver) -> None:
    warm = np.flatnonzero(~WORLD.is_cold)
    scorer = replace(fitted(kind, solver), dislikes=fitted(kind, solver, 0).dislikes)
    liked, disliked = int(warm[0]), int(warm[5])
    with_dislike = scores(scorer, [liked, disliked], [1, -1])
    without = scores(scorer, [liked])
    np.testing.assert_allclose(with_dislike[KNOWN_COLD], without[KNOWN_COLD], rtol=1e-5)


# --- dislikes


def pairs_near(scorer: Scorer) -> Iterator[tuple[int, int]]:
    for item in range(N_ITEMS):
        for other in scorer.dislikes.near[item]:
            if other >= 0:
                yield item, int(other)


@every_kind
@pytest.mark.parametrize("dim", [8, 0])
def test_a_dislike_lowers_the_item_and_its_nearest_strictly(
    kind: str, solver: Solver, dim: int
) -> None:
    scorer = fitted(kind, solver, dim)
    warm = np.flatnonzero(~WORLD.is_cold)
    others = [int(warm[place]) for place in (3, 8, 21)]
    before = scores(scorer, others, [1, -1, 1])
    queries = Queries.of(
        [np.insert(others, place, item) for place in (0, 3) for item in range(N_ITEMS)],
        weights=[
            np.insert([1.0, -1.0, 1.0], place, -1) for place in (0, 3) for _ in range(N_ITEMS)
        ],
    )
    after = scorer.score_catalog(queries).reshape(2, N_ITEMS, N_ITEMS)
    n_pairs, n_cold = 0, 0
    for item, other in pairs_near(scorer):
        if not np.isnan(before[other]):
            assert (after[:, item, other] < before[other]).all()
        n_pairs, n_cold = n_pairs + 1, n_cold + (other in KNOWN_COLD and other != item)
    assert n_pairs > 5 * len(warm)
    assert n_cold > 0 or dim == 0


@both_models
def test_few_regressors_do_not_mean_few_neighbors(kind: str) -> None:
    scorer = fit(kind, "local", WORLD.dataset, WORLD.vectors, n_neighbors=0)
    np.testing.assert_array_equal(scorer.dislikes.near, fitted(kind, "local").dislikes.near)


@every_kind
def test_a_bare_item_takes_from_those_it_leads_to(kind: str, solver: Solver) -> None:
    vectors = WORLD.vectors.copy()
    item = int(np.flatnonzero(~WORLD.is_cold)[4])
    vectors[item] = 0
    scorer = fit(kind, solver, WORLD.dataset, vectors)
    given_ = np.where(WORLD.is_cold, 0, columns(scorer)[item])
    given_[item] = 0
    strongest = int(given_.argmax())
    assert strongest in scorer.dislikes.near[item]
    assert scores(scorer, [item], [-1])[strongest] < 0


@both_models
def test_a_dislike_takes_more_the_stronger_it_is_set(kind: str) -> None:
    item, other = next(pairs_near(fitted(kind, "exact")))
    weak, strong = (
        scores(fit(kind, "exact", WORLD.dataset, WORLD.vectors, dislike_strength=s), [item], [-1])
        for s in (0.1, 0.4)
    )
    assert strong[other] < weak[other] < 0


# --- saving


@every_kind
@pytest.mark.parametrize("dim", [8, 0])
def test_arrays_mapped_from_disk_are_the_whole_scorer(
    kind: str, solver: Solver, dim: int, tmp_path: Path
) -> None:
    scorer = fitted(kind, solver, dim).with_new_items(WORLD.vectors[:2, :dim])
    mapped = {}
    for name, array in scorer.to_arrays().items():
        np.save(tmp_path / f"{name}.npy", array)
        mapped[name] = np.load(tmp_path / f"{name}.npy", mmap_mode="r")
    loaded = type(scorer).from_arrays(mapped)
    queries = WORLD.dataset.queries()
    np.testing.assert_array_equal(loaded.score_catalog(queries), scorer.score_catalog(queries))
    assert loaded.to_arrays().keys() == mapped.keys()
    more = loaded.with_new_items(WORLD.vectors[:1, :dim])
    assert more.n_items == N_ITEMS + 3


# --- another decay


@both_models
def test_another_decay_is_as_if_fitted_with_it(kind: str) -> None:
    other = fit(kind, "exact", WORLD.dataset, WORLD.vectors, history_tau=1.5)
    changed = fitted(kind, "exact").with_history_tau(1.5)
    queries = WORLD.dataset.queries()
    np.testing.assert_array_equal(changed.score_catalog(queries), other.score_catalog(queries))
    with pytest.raises(SettingsError, match="history_tau"):
        changed.with_history_tau(0)


# --- arrivals


@every_kind
def test_an_arrival_is_found_like_a_cold_item_and_leads_nowhere(kind: str, solver: Solver) -> None:
    scorer = fitted(kind, solver)
    twin = KNOWN_COLD[0]
    more = scorer.with_new_items(WORLD.vectors[[twin, WORLD.bare_item]])
    assert more.n_items == N_ITEMS + 2
    liked = int(np.flatnonzero(~WORLD.is_cold)[0])
    before, after = scores(scorer, [liked]), scores(more, [liked])
    np.testing.assert_allclose(after[:N_ITEMS], before, rtol=1e-5)
    assert after[N_ITEMS] == pytest.approx(before[twin])
    assert np.isnan(after[N_ITEMS + 1])
    assert not np.nan_to_num(scores(more, [N_ITEMS])).any()


def test_arrivals_copy_nothing_of_the_size_of_the_catalog() -> None:
    scorer = fitted("sequential", "local")
    more = scorer.with_new_items(WORLD.vectors[:1])
    assert more.matrix is scorer.matrix
    assert more.cold.reader is scorer.cold.reader
    assert more.dislikes is scorer.dislikes


@every_kind
def test_an_items_column_shows_what_leads_to_it(kind: str, solver: Solver) -> None:
    scorer = fitted(kind, solver)
    cold = KNOWN_COLD[1]
    sources, coefficients = scorer.solve_item(WORLD.vectors[cold], n_coefficients=5)
    assert sources.dtype == np.int32
    assert len(sources) == 5
    assert (np.diff(np.abs(coefficients)) <= 0).all()
    whole = np.array([scores(scorer, [item])[cold] for item in range(N_ITEMS)])
    np.testing.assert_allclose(coefficients, whole[sources], atol=1e-6)
    assert np.abs(coefficients).min() >= np.sort(np.abs(whole))[-5] - 1e-6


def test_of_a_bare_item_nothing_is_known() -> None:
    sources, coefficients = fitted("linear", "local").solve_item(np.zeros(8, dtype=np.float32))
    assert len(sources) == len(coefficients) == 0


def test_vectors_encoded_in_another_way_are_refused() -> None:
    scorer = fitted("linear", "local")
    with pytest.raises(DataError, match="7 dimensions, those of the fit 8"):
        scorer.with_new_items(WORLD.vectors[:1, :7])
    with pytest.raises(DataError, match="7 dimensions"):
        scorer.solve_item(WORLD.vectors[0, :7])
    with pytest.raises(DataError, match="44 vectors for 45 items"):
        fit("linear", "local", WORLD.dataset, WORLD.vectors[:-1])


# --- what can be solved anew; how it is done is tested with ``changed_items``


def grown(dataset: Dataset, n_new: int) -> Dataset:
    items = Vocabulary((*dataset.items.ids, *(f"new-{number}" for number in range(n_new))))
    return replace(dataset, items=items, item_table=pl.DataFrame({"item_id": items.ids}))


def settings_of(kind: str) -> Any:
    chosen = LinearSettings if kind == "linear" else SequentialLinearSettings
    return chosen(solver="local")


def refresh(
    scorer: Scorer, kind: str, dataset: Dataset, vectors: Embeddings, items: list[int]
) -> Scorer:
    numbers = np.array(items, dtype=np.int32)
    return scorer.refresh_items(dataset, vectors, numbers, settings_of(kind))  # type: ignore[arg-type, return-value, unused-ignore]


def test_what_cannot_be_refreshed_is_refused() -> None:
    exact, local = fitted("linear", "exact"), fitted("linear", "local")
    with pytest.raises(SettingsError, match="solver='local'"):
        refresh(exact, "linear", WORLD.dataset, WORLD.vectors, [0])
    with pytest.raises(DataError, match="46 items, the scorer 45"):
        refresh(local, "linear", grown(WORLD.dataset, 1), WORLD.vectors, [0])
    with pytest.raises(DataError, match="44 vectors for 45 items"):
        refresh(local, "linear", WORLD.dataset, WORLD.vectors[1:], [0])
    with pytest.raises(DataError, match="7 dimensions"):
        refresh(local, "linear", WORLD.dataset, WORLD.vectors[:, 1:], [0])


# --- the edges of the world


@every_kind
@pytest.mark.parametrize("dim", [0, 3])
@settings(max_examples=15)
@given(dataset=datasets(), seed=st.integers(0, 9))
def test_any_small_world_is_answered(
    kind: str, solver: Solver, dim: int, dataset: Dataset, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(dataset.n_items, dim)).astype(np.float32)
    vectors[rng.random(dataset.n_items) < 0.3] = 0
    vectors = unit_rows(vectors)
    found = fit(kind, solver, dataset, vectors).score_catalog(dataset.queries())
    is_cold = dataset.item_counts == 0
    is_unknown = np.zeros(found.shape, dtype=np.bool_)
    is_unknown[:, is_cold & ~vectors.any(axis=1)] = True
    is_unknown[dataset.queries().lengths == 0] = True
    np.testing.assert_array_equal(np.isnan(found), is_unknown)
    assert not np.isinf(found).any()


@every_kind
def test_on_the_first_day_a_history_speaks_for_what_resembles_it(kind: str, solver: Solver) -> None:
    nobody = WORLD.dataset.only(np.zeros(0, dtype=np.int64))
    found = scores(fit(kind, solver, nobody, WORLD.vectors), [0])
    known = np.arange(N_ITEMS) != WORLD.bare_item
    np.testing.assert_allclose(found[known], (WORLD.vectors @ WORLD.vectors[0])[known], atol=1e-6)
    assert np.isnan(found[WORLD.bare_item])


@every_kind
def test_nothing_but_zero_vectors_is_as_good_as_none(kind: str, solver: Solver) -> None:
    scorer = fit(kind, solver, WORLD.dataset, np.zeros((N_ITEMS, 3), dtype=np.float32))
    queries = WORLD.dataset.queries()
    bare = fitted(kind, solver, 0).score_catalog(queries)
    np.testing.assert_allclose(scorer.score_catalog(queries), bare, atol=1e-6)


@both_models
def test_local_answers_like_exact(kind: str) -> None:
    queries = WORLD.dataset.queries()
    exact = fitted(kind, "exact").score_catalog(queries)
    local = fitted(kind, "local").score_catalog(queries)
    assert isinstance(fitted(kind, "local").matrix, SparseItemMatrix)
    np.testing.assert_allclose(local, exact, atol=1e-4 * np.nanmax(np.abs(exact)))
