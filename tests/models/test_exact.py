import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Scores
from lorewise.errors import SettingsError
from lorewise.models import exact
from lorewise.models.exact import ease_matrix, next_item_matrix, transpose_in_place
from lorewise.models.text_prior import TextPrior

Matrix = NDArray[np.float64]
N_ITEMS = 7


def world(seed: int = 0) -> tuple[Matrix, Matrix, TextPrior]:
    """Return S (as well as X), T and a prior."""
    rng = np.random.default_rng(seed)
    s, t = rng.exponential(size=(30, N_ITEMS)), rng.integers(0, 2, size=(30, N_ITEMS))
    vectors = unit_rows(rng.normal(size=(N_ITEMS, 3)).astype(np.float32))
    return s, t.astype(np.float64), TextPrior.fit(vectors, ridge=0.5)


NOTHING = TextPrior.fit(np.zeros((N_ITEMS, 0), dtype=np.float32), ridge=1)


def single(matrix: Matrix) -> Scores:
    return np.ascontiguousarray(matrix, dtype=np.float32)


def ease_by_columns(x: Matrix, c: Matrix, ridge: float, weight: float) -> Matrix:
    """Regress each column on all the others alone."""
    solved = np.zeros_like(c)
    for j in range(N_ITEMS):
        others = np.arange(N_ITEMS) != j
        gram = x[:, others].T @ x[:, others] + (ridge + weight) * np.eye(N_ITEMS - 1)
        solved[others, j] = np.linalg.solve(gram, x[:, others].T @ x[:, j] + weight * c[others, j])
    return solved


def ease_by_lagrange(x: Matrix, c: Matrix, ridge: float, weight: float) -> Matrix:
    """Solve each column with the diagonal held at 0 by a multiplier: the KKT system."""
    gram = x.T @ x
    solved = np.zeros_like(c)
    for j in range(N_ITEMS):
        held = np.eye(N_ITEMS)[j]
        system = np.block(
            [
                [gram + (ridge + weight) * np.eye(N_ITEMS), held[:, None]],
                [held[None], np.zeros((1, 1))],
            ]
        )
        right_side = np.append(gram[:, j] + weight * c[:, j], 0)
        solved[:, j] = np.linalg.solve(system, right_side)[:-1]
    return solved


@settings(max_examples=25)
@given(st.integers(0, 99), st.sampled_from([0.1, 3, 100]), st.sampled_from([0, 0.5, 50]))
def test_ease_is_every_columns_ridge_without_itself(seed: int, ridge: float, weight: float) -> None:
    x, _, prior = world(seed)
    c = prior.dense().astype(np.float64)
    solved = ease_matrix(single(x.T @ x), prior, ridge=ridge, weight=weight)
    np.testing.assert_allclose(solved, ease_by_columns(x, c, ridge, weight), atol=1e-4)
    np.testing.assert_allclose(solved, ease_by_lagrange(x, c, ridge, weight), atol=1e-4)
    assert not np.diagonal(solved).any()


@settings(max_examples=25)
@given(st.integers(0, 99), st.sampled_from([0.1, 3, 100]), st.sampled_from([0, 0.5, 50]))
def test_the_next_item_matrix_is_the_ridge_regression(
    seed: int, ridge: float, weight: float
) -> None:
    s, t, prior = world(seed)
    solved = next_item_matrix(single(s.T @ s), single(t.T @ s), prior, ridge=ridge, weight=weight)
    system = s.T @ s + (ridge + weight) * np.eye(N_ITEMS)
    expected = np.linalg.solve(system, s.T @ t + weight * prior.dense())
    np.testing.assert_allclose(solved, expected, atol=1e-4)
    assert solved.flags.c_contiguous


def empty() -> Scores:
    return np.zeros((N_ITEMS, N_ITEMS), dtype=np.float32)


def test_without_data_both_are_the_texts_share_of_the_pull() -> None:
    prior = world()[2]
    share = 3 / (2 + 3) * prior.dense()
    np.testing.assert_allclose(ease_matrix(empty(), prior, ridge=2, weight=3), share, atol=1e-6)
    np.testing.assert_allclose(
        next_item_matrix(empty(), empty(), prior, ridge=2, weight=3), share, atol=1e-6
    )


def test_a_huge_prior_leaves_the_text_alone() -> None:
    s, t, prior = world()
    for solved in (
        ease_matrix(single(s.T @ s), prior, ridge=1, weight=1e7),
        next_item_matrix(single(s.T @ s), single(t.T @ s), prior, ridge=1, weight=1e7),
    ):
        np.testing.assert_allclose(solved, prior.dense(), atol=1e-3)


def test_a_prior_of_weight_0_is_no_prior() -> None:
    s, t, prior = world()
    np.testing.assert_array_equal(
        ease_matrix(single(s.T @ s), prior, ridge=1, weight=0),
        ease_matrix(single(s.T @ s), NOTHING, ridge=1, weight=0),
    )
    np.testing.assert_array_equal(
        next_item_matrix(single(s.T @ s), single(t.T @ s), prior, ridge=1, weight=0),
        next_item_matrix(single(s.T @ s), single(t.T @ s), NOTHING, ridge=1, weight=0),
    )


def test_where_nothing_is_known_the_priors_weight_is_a_ridge() -> None:
    s, _, _ = world()
    np.testing.assert_allclose(
        ease_matrix(single(s.T @ s), NOTHING, ridge=1, weight=4),
        ease_matrix(single(s.T @ s), NOTHING, ridge=5, weight=0),
        atol=1e-6,
    )


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    s, t, prior = world()
    sums = single(s.T @ s), single(t.T @ s)
    whole = ease_matrix(sums[0].copy(), prior, ridge=1, weight=2)
    whole_next = next_item_matrix(sums[0].copy(), sums[1].copy(), prior, ridge=1, weight=2)
    monkeypatch.setattr(exact, "ROWS_AT_ONCE", 3)
    np.testing.assert_allclose(
        ease_matrix(sums[0].copy(), prior, ridge=1, weight=2), whole, atol=1e-6
    )
    np.testing.assert_allclose(
        next_item_matrix(*sums, prior, ridge=1, weight=2), whole_next, atol=1e-6
    )


def test_transposing_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "ROWS_AT_ONCE", 2)
    matrix = np.arange(25, dtype=np.float32).reshape(5, 5)
    expected = matrix.T.copy()
    transpose_in_place(matrix)
    np.testing.assert_array_equal(matrix, expected)


def test_a_ridge_lost_in_rounding_is_refused_with_one_that_is_not() -> None:
    same = np.full((N_ITEMS, N_ITEMS), 1e6, dtype=np.float32)
    with pytest.raises(SettingsError, match=r"ridge is 1e-06.*set ridge to 100 or more") as caught:
        ease_matrix(same.copy(), NOTHING, ridge=1e-6, weight=0)
    assert caught.value.__cause__ is not None
    with pytest.raises(SettingsError, match="ridge"):
        next_item_matrix(same.copy(), empty(), NOTHING, ridge=1e-6, weight=0)
    assert np.isfinite(ease_matrix(same.copy(), NOTHING, ridge=100, weight=0)).all()


def test_both_work_in_place() -> None:
    n, dim = 256, 4
    rng = np.random.default_rng(0)
    sums, more = np.eye(n, dtype=np.float32), np.ones((n, n), dtype=np.float32)
    prior = TextPrior.fit(unit_rows(rng.normal(size=(n, dim)).astype(np.float32)), ridge=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "ROWS_AT_ONCE", 8)
        tracemalloc.start()
        try:
            solved = next_item_matrix(sums, more, prior, ridge=1, weight=1)
            inverse = ease_matrix(np.eye(n, dtype=np.float32), prior, ridge=1, weight=1)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert np.shares_memory(solved, more)
    assert inverse.flags.c_contiguous
    # one fresh identity matrix, and blocks
    assert peak < 1.3 * n * n * 4
