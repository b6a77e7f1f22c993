import numpy as np
import pytest
from numpy.typing import NDArray

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, Scores
from lorewise.models.cold_columns import ColdColumns
from lorewise.models.item_knowledge import ItemKnowledge
from lorewise.models.item_matrix import DenseItemMatrix
from lorewise.models.linear_settings import LinearSettings

N_ITEMS, DIM, RHO = 9, 3, 0.7
IS_COLD = np.isin(np.arange(N_ITEMS), [2, 5, 7])
BARE = 5


def world() -> tuple[DenseItemMatrix, Embeddings]:
    rng = np.random.default_rng(4)
    vectors = unit_rows(rng.normal(size=(N_ITEMS, DIM)).astype(np.float32))
    vectors[BARE] = 0
    return DenseItemMatrix(rng.normal(size=(N_ITEMS, N_ITEMS)).astype(np.float32)), vectors


def fit() -> ColdColumns:
    return ColdColumns.fit(*world(), IS_COLD, rho=RHO)


def written(cold: ColdColumns, items: list[int], strengths: list[float]) -> Scores:
    out = np.full((1, cold.n_items), 8, dtype=np.float32)
    cold.write_to(
        out,
        np.array([0, len(items)]),
        np.array(items, dtype=np.int32),
        np.array(strengths, dtype=np.float32),
    )
    row: Scores = out[0]
    return row


def regressed() -> NDArray[np.float64]:
    """Return B[:, c] by the formula, for all items as if cold."""
    matrix, vectors = world()
    wide, warm = vectors.astype(np.float64), ~IS_COLD
    center = wide[warm].mean(axis=0)
    f = wide[warm] - center
    gain = f @ np.linalg.inv(f.T @ f + RHO * np.eye(DIM))
    columns: NDArray[np.float64] = matrix.values[:, warm] @ gain @ (wide - center).T
    return columns


def test_a_cold_column_is_the_ridge_regression_on_warm_vectors() -> None:
    scores = written(fit(), [0, 2, 0], [1, 0.5, 2])
    expected = 3 * regressed()[0] + 0.5 * regressed()[2]
    np.testing.assert_allclose(scores[[2, 7]], expected[[2, 7]], atol=1e-4)
    assert (scores[~IS_COLD] == 8).all()


def test_without_a_vector_nothing_is_known() -> None:
    assert np.isnan(written(fit(), [0], [1])[BARE])
    matrix, vectors = world()
    bare = ColdColumns.fit(matrix, vectors[:, :0], IS_COLD, rho=RHO)
    scores = written(bare, [0], [1])
    assert np.isnan(scores[IS_COLD]).all()
    assert (scores[~IS_COLD] == 8).all()


def test_where_no_item_is_warm_a_history_speaks_for_what_resembles_it() -> None:
    matrix, vectors = world()
    cold = ColdColumns.fit(matrix, vectors, np.ones(N_ITEMS, dtype=np.bool_), rho=RHO)
    scores = written(cold, [1], [2])
    others = np.arange(N_ITEMS) != BARE
    np.testing.assert_allclose(scores[others], 2 * (vectors @ vectors[1])[others], atol=1e-6)
    assert np.isnan(scores[BARE])


def test_where_no_item_is_cold_nothing_is_written() -> None:
    cold = ColdColumns.fit(*world(), np.zeros(N_ITEMS, dtype=np.bool_), rho=RHO)
    assert (written(cold, [0], [1]) == 8).all()


def test_an_arrival_scores_like_a_cold_item_of_its_vector() -> None:
    _, vectors = world()
    more = fit().with_arrivals(np.stack([vectors[7], vectors[BARE]]))
    scores = written(more, [3], [1])
    assert (more.n_items, len(scores)) == (N_ITEMS + 2, N_ITEMS + 2)
    assert scores[N_ITEMS] == pytest.approx(scores[7])
    assert np.isnan(scores[N_ITEMS + 1])
    again = more.with_arrivals(vectors[2:3])
    assert again.items.tolist() == [2, 5, 7, 9, 10, 11]
    assert written(again, [3], [1])[11] == pytest.approx(written(again, [3], [1])[2])


def test_arrivals_do_not_copy_what_the_history_says() -> None:
    cold = fit()
    assert cold.with_arrivals(np.ones((1, DIM), dtype=np.float32)).reader is cold.reader


def test_a_column_of_any_vector_is_what_each_item_adds_to_it() -> None:
    _, vectors = world()
    np.testing.assert_allclose(fit().column_of(vectors[7]), regressed()[:, 7], atol=1e-4)


def test_the_strongest_of_a_column_are_exact_with_few_dimensions() -> None:
    cold, vector = fit(), world()[1][7]
    column = cold.column_of(vector)
    sources, coefficients = cold.strongest_of_column(vector, 3)
    assert sources.tolist() == np.argsort(-np.abs(column), kind="stable")[:3].tolist()
    np.testing.assert_allclose(coefficients, column[sources], rtol=1e-5)


def test_a_shortlist_finds_nearly_all_of_a_large_column() -> None:
    rng = np.random.default_rng(5)
    mixed = rng.normal(size=(20, 200)) / np.arange(1, 21)[:, None]
    reader = rng.normal(size=(3_000, 20)) @ mixed + 0.01 * rng.normal(size=(3_000, 200))
    nothing = np.zeros(200, dtype=np.float32)
    few = np.zeros(0, dtype=np.int32)
    cold = ColdColumns(few, np.zeros((0, 200), np.float32), reader.astype(np.float32), nothing)
    vector = rng.normal(size=200).astype(np.float32)
    expected = np.argsort(-np.abs(cold.column_of(vector)))[:40]
    assert np.isin(expected, cold.strongest_of_column(vector, 40)[0]).mean() > 0.95


def test_items_turn_warm_and_cold_and_take_new_vectors() -> None:
    _, vectors = world()
    cold = fit().with_arrivals(vectors[:1])
    items = np.array([0, 2, 5, 9], dtype=np.int32)
    fresh = vectors[[7, 7, 7, 7]]
    new = cold.refreshed(items, fresh, np.array([True, False, True, False]))
    assert new.items.tolist() == [0, 5, 7]
    assert (new.n_arrived, new.n_items) == (0, N_ITEMS + 1)
    scores = written(new, [3, 9], [1, 1])
    assert scores[[0, 5]].tolist() == pytest.approx([scores[7]] * 2)
    assert (scores[[1, 2, 9]] == 8).all()
    np.testing.assert_array_equal(new.reader[:N_ITEMS], cold.reader)
    assert not new.reader[N_ITEMS:].any()


def test_arrays_are_all_there_is() -> None:
    cold = fit().with_arrivals(np.ones((1, DIM), dtype=np.float32))
    again = ColdColumns.from_arrays(cold.to_arrays())
    assert again.n_arrived == 1
    np.testing.assert_array_equal(written(again, [1, 4], [1, 2]), written(cold, [1, 4], [1, 2]))


def test_a_regression_is_made_anew_only_for_other_items_or_another_ridge() -> None:
    _, vectors = world()
    known = ItemKnowledge.of(vectors, LinearSettings())
    first = known.regression(IS_COLD, RHO)
    assert known.regression(IS_COLD.copy(), RHO) is first
    other = known.regression(IS_COLD, 2 * RHO)
    assert not np.allclose(other.weights, first.weights)
    fewer = np.zeros_like(IS_COLD)
    assert known.regression(fewer, 2 * RHO).weights[IS_COLD].any()
    np.testing.assert_array_equal(known.regression(IS_COLD, RHO).weights, first.weights)
