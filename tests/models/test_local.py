from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import ItemNumbers, Scores
from lorewise.errors import SettingsError
from lorewise.models.exact import ease_matrix, next_item_matrix
from lorewise.models.item_matrix import SparseItemMatrix
from lorewise.models.linear_settings import LinearSettings
from lorewise.models.local import LocalProblem
from lorewise.models.pairs import PairCounts
from lorewise.models.text_prior import TextPrior
from lorewise.testing.strategies import datasets
from lorewise.testing.tiny import tiny_world

ALL = LinearSettings(
    ridge=2, prior=3, n_predecessors=64, n_neighbors=64, n_coefficients=64, solver="local"
)


def parts(dataset: Dataset, dim: int, *, is_sequence: bool) -> tuple[PairCounts, TextPrior]:
    rng = np.random.default_rng(5)
    vectors = unit_rows(rng.normal(size=(dataset.n_items, dim)).astype(np.float32))
    ones = np.ones(dataset.n_interactions, dtype=np.float32)
    pairs = (
        PairCounts.sequential(dataset, ones, ones, tau=2, window=6)
        if is_sequence
        else PairCounts.together(dataset, ones, window=50)
    )
    return pairs, TextPrior.fit(vectors, ridge=1)


def everything(dataset: Dataset) -> ItemNumbers:
    return np.arange(dataset.n_items, dtype=np.int32)


def solved(
    pairs: PairCounts, prior: TextPrior, chosen: LinearSettings, *, is_sequence: bool
) -> NDArray[np.float32]:
    """Solve all columns, each with every other item as a neighbor."""
    items = np.arange(pairs.n_items, dtype=np.int32)
    problem = LocalProblem.of(pairs, prior, excludes_self=not is_sequence)
    neighbors = np.tile(items, (len(items), 1))[:, : chosen.n_neighbors]
    columns = problem.solve(items, neighbors, chosen)
    dense: Scores = SparseItemMatrix.of(*columns, len(items)).rows().toarray()
    return dense


@settings(max_examples=25)
@given(datasets(), st.sampled_from([0, 3]))
def test_with_all_regressors_it_is_the_exact_next_item_matrix(dataset: Dataset, dim: int) -> None:
    pairs, prior = parts(dataset, dim, is_sequence=True)
    exact = next_item_matrix(
        pairs.dense_gram(), pairs.dense_predecessors(), prior, ridge=2, weight=3
    )
    np.testing.assert_allclose(solved(pairs, prior, ALL, is_sequence=True), exact, atol=1e-4)


@settings(max_examples=25)
@given(datasets(), st.sampled_from([0, 3]))
def test_with_all_regressors_it_is_the_exact_ease(dataset: Dataset, dim: int) -> None:
    pairs, prior = parts(dataset, dim, is_sequence=False)
    exact = ease_matrix(pairs.dense_gram(), prior, ridge=2, weight=3)
    np.testing.assert_allclose(solved(pairs, prior, ALL, is_sequence=False), exact, atol=1e-4)


def test_the_tiny_world_is_solved_alike() -> None:
    dataset = tiny_world().dataset
    for is_sequence in (True, False):
        pairs, prior = parts(dataset, 8, is_sequence=is_sequence)
        gram = pairs.dense_gram()
        exact = (
            next_item_matrix(gram, pairs.dense_predecessors(), prior, ridge=2, weight=3)
            if is_sequence
            else ease_matrix(gram, prior, ridge=2, weight=3)
        )
        local = solved(pairs, prior, ALL, is_sequence=is_sequence)
        np.testing.assert_allclose(local, exact, atol=1e-4)


def some(n_predecessors: int, n_neighbors: int, n_coefficients: int = 100) -> LinearSettings:
    return LinearSettings(
        ridge=2,
        prior=3,
        n_predecessors=n_predecessors,
        n_neighbors=n_neighbors,
        n_coefficients=n_coefficients,
    )


def test_a_column_is_the_ridge_regression_over_its_own_regressors() -> None:
    dataset = tiny_world().dataset
    pairs, prior = parts(dataset, 8, is_sequence=True)
    items = everything(dataset)
    problem = LocalProblem.of(pairs, prior, excludes_self=False)
    kept, coefficients = problem.solve(items, prior.nearest(items, 5), some(6, 5))
    gram, right_side = pairs.dense_gram(), pairs.dense_predecessors().T + 3 * prior.dense()
    for item in items[::7]:
        r = kept[item][kept[item] >= 0]
        assert 5 <= len(r) <= 6 + 6 // 4 + 5
        expected = np.linalg.solve(gram[np.ix_(r, r)] + 5 * np.eye(len(r)), right_side[r, item])
        np.testing.assert_allclose(coefficients[item, : len(r)], expected, atol=1e-5)


def test_the_most_important_coefficients_come_first_and_are_kept() -> None:
    dataset = tiny_world().dataset
    pairs, prior = parts(dataset, 8, is_sequence=True)
    items = everything(dataset)
    neighbors = prior.nearest(items, 5)
    problem = LocalProblem.of(pairs, prior, excludes_self=False)
    kept, coefficients = problem.solve(items, neighbors, some(6, 5))
    diagonal = np.diagonal(pairs.dense_gram())
    importance = np.abs(coefficients) * np.sqrt(diagonal[kept] + 1)
    is_real = kept >= 0
    falls = np.diff(np.where(is_real, importance, 0), axis=1) <= 1e-7
    assert falls.all()
    few, strongest = problem.solve(items, neighbors, some(6, 5, n_coefficients=3))
    np.testing.assert_array_equal(few, kept[:, :3])
    np.testing.assert_array_equal(strongest, coefficients[:, :3])


def test_in_ease_being_near_is_not_counted_a_second_time() -> None:
    dataset = tiny_world().dataset
    pairs, prior = parts(dataset, 8, is_sequence=False)
    nobody = np.full((dataset.n_items, 1), -1, dtype=np.int32)
    problem = LocalProblem.of(pairs, prior, excludes_self=True)
    kept, _ = problem.solve(everything(dataset), nobody, some(8, 0))
    assert (kept >= 0).sum(axis=1).max() <= 8


def test_some_columns_alone_are_those_of_the_whole() -> None:
    dataset = tiny_world().dataset.only(np.arange(40))
    wanted = np.array([2, 11, 40], dtype=np.int32)
    for is_sequence in (True, False):
        pairs, prior = parts(dataset, 8, is_sequence=is_sequence)
        neighbors = prior.nearest(everything(dataset), 5)
        whole = LocalProblem.of(pairs, prior, excludes_self=not is_sequence)
        kept, coefficients = whole.solve(everything(dataset), neighbors, some(6, 5))
        alone = LocalProblem.around(
            wanted, neighbors[wanted], pairs, prior, excludes_self=not is_sequence
        )
        few, values = alone.solve(wanted, neighbors[wanted], some(6, 5))
        np.testing.assert_array_equal(few, kept[wanted])
        np.testing.assert_array_equal(values, coefficients[wanted])
        assert alone.gram.nnz < whole.gram.nnz


def test_nothing_to_regress_on_is_no_error() -> None:
    dataset = tiny_world().dataset
    pairs, prior = parts(dataset, 0, is_sequence=True)
    matrix = solved(pairs, prior, some(0, 0), is_sequence=True)
    assert not matrix.any()


def test_a_ridge_lost_in_rounding_is_refused() -> None:
    dataset = replace(
        tiny_world().dataset.only(np.arange(3)),
        user_numbers=np.zeros(3, dtype=np.int32),
        item_numbers=np.arange(3, dtype=np.int32),
    )
    loud = np.full(3, 1e3, dtype=np.float32)
    pairs = PairCounts.together(dataset, loud, window=50)
    prior = TextPrior.fit(np.zeros((dataset.n_items, 0), dtype=np.float32), ridge=1)
    tiny_ridge = LinearSettings(ridge=1e-6, prior=0)
    with pytest.raises(SettingsError, match=r"ridge is 1e-06.*set ridge to 100 or more"):
        solved(pairs, prior, tiny_ridge, is_sequence=False)
