from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Scores
from lorewise.models import pairs
from lorewise.models.pairs import PairCounts
from lorewise.testing.strategies import datasets

Matrix = NDArray[np.float64]


def drawn_numbers(dataset: Dataset, seed: int) -> tuple[Scores, Scores]:
    rng = np.random.default_rng(seed)
    weights = rng.choice(np.array([0.25, 1, 2], dtype=np.float32), dataset.n_interactions)
    targets = rng.choice(np.array([0, 1, 1], dtype=np.float32), dataset.n_interactions)
    return weights, targets


def prefixes(
    dataset: Dataset, weights: Scores, targets: Scores, tau: float, window: int
) -> tuple[Matrix, Matrix]:
    """Write S and T out, one row per target."""
    rows, following = [], []
    for user in range(dataset.n_users):
        for t in range(dataset.offsets[user], dataset.offsets[user + 1]):
            row, one_hot = np.zeros(dataset.n_items), np.zeros(dataset.n_items)
            for p in range(max(dataset.offsets[user], t - window), t):
                row[dataset.item_numbers[p]] += weights[p] * np.exp(-(t - 1 - p) / tau)
            one_hot[dataset.item_numbers[t]] = 1
            rows.append(np.sqrt(targets[t]) * row)
            following.append(np.sqrt(targets[t]) * one_hot)
    shape = (len(rows), dataset.n_items)
    return np.array(rows).reshape(shape), np.array(following).reshape(shape)


def together(dataset: Dataset, weights: Scores, window: int) -> Matrix:
    """Write X out, one row per user, the newest events only."""
    x = np.zeros((dataset.n_users, dataset.n_items))
    for user in range(dataset.n_users):
        newest = slice(*dataset.offsets[user : user + 2])
        newest = slice(max(newest.start, newest.stop - window), newest.stop)
        np.add.at(x[user], dataset.item_numbers[newest], weights[newest])
    return x


@settings(max_examples=25)
@given(datasets(), st.integers(1, 9), st.sampled_from([0.3, 2, 30, inf]), st.integers(0, 99))
def test_sequential_counts_equal_those_of_prefixes_written_out(
    dataset: Dataset, window: int, tau: float, seed: int
) -> None:
    weights, targets = drawn_numbers(dataset, seed)
    s, t = prefixes(dataset, weights, targets, tau, window)
    counted = PairCounts.sequential(dataset, weights, targets, tau=tau, window=window)
    np.testing.assert_allclose(counted.dense_gram(), s.T @ s, atol=1e-4)
    np.testing.assert_allclose(counted.dense_predecessors(), t.T @ s, atol=1e-4)


@settings(max_examples=25)
@given(datasets(), st.integers(1, 14), st.integers(0, 99))
def test_counts_of_being_together_equal_those_of_histories_written_out(
    dataset: Dataset, window: int, seed: int
) -> None:
    weights, _ = drawn_numbers(dataset, seed)
    x = together(dataset, weights, window)
    counted = PairCounts.together(dataset, weights, window=window)
    np.testing.assert_allclose(counted.dense_gram(), x.T @ x, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(counted.sparse_gram().toarray(), counted.dense_gram())


@settings(max_examples=25)
@given(datasets(), st.integers(1, 9), st.integers(0, 99), st.sampled_from([1, 7, 1 << 20]))
def test_sparse_equals_dense_however_many_rows_are_filled_at_once(
    dataset: Dataset, window: int, seed: int, room: int
) -> None:
    weights, targets = drawn_numbers(dataset, seed)
    counted = PairCounts.sequential(dataset, weights, targets, tau=2, window=window)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "MAX_PAIRS_AT_ONCE", room)
        gram, predecessors = counted.sparse_gram(), counted.sparse_predecessors()
    np.testing.assert_array_equal(gram.toarray(), counted.dense_gram())
    np.testing.assert_array_equal(predecessors.toarray(), counted.dense_predecessors())
    assert gram.has_sorted_indices
    assert predecessors.has_sorted_indices


@settings(max_examples=25)
@given(datasets(), st.sets(st.integers(0, 7)))
def test_only_the_rows_asked_for_are_filled(dataset: Dataset, asked: set[int]) -> None:
    rows = np.array(sorted(row for row in asked if row < dataset.n_items), dtype=np.int32)
    weights, targets = drawn_numbers(dataset, 0)
    counted = PairCounts.sequential(dataset, weights, targets, tau=2, window=5)
    expected = counted.dense_gram()
    expected[np.setdiff1d(np.arange(dataset.n_items), rows)] = 0
    np.testing.assert_array_equal(counted.sparse_gram(rows).toarray(), expected)


@settings(max_examples=25)
@given(datasets(), st.integers(1, 9), st.sampled_from([0.3, 2, inf]))
def test_a_gram_matrix_has_no_negative_eigenvalue_whatever_the_window(
    dataset: Dataset, window: int, tau: float
) -> None:
    weights, targets = drawn_numbers(dataset, 1)
    for counted in (
        PairCounts.sequential(dataset, weights, targets, tau=tau, window=window),
        PairCounts.together(dataset, weights, window=window),
    ):
        eigenvalues = np.linalg.eigvalsh(counted.dense_gram().astype(np.float64))
        assert eigenvalues.min() > -1e-4 * max(1, eigenvalues.max())
