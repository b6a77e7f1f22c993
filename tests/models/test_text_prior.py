import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.models import text_prior
from lorewise.models.text_prior import TextPrior, vector_gram


def drawn(n_items: int, dim: int, seed: int = 0) -> Embeddings:
    rng = np.random.default_rng(seed)
    return unit_rows(rng.normal(size=(n_items, dim)).astype(np.float32))


@settings(max_examples=40)
@given(st.integers(2, 30), st.integers(1, 6), st.sampled_from([0.01, 1, 10]), st.integers(0, 99))
def test_it_is_the_ease_of_the_vectors_inner_products(
    n_items: int, dim: int, ridge: float, seed: int
) -> None:
    vectors = drawn(n_items, dim, seed)
    wide = vectors.astype(np.float64)
    inverse = np.linalg.inv(wide @ wide.T + ridge * np.eye(n_items))
    expected = -inverse / np.diagonal(inverse)
    np.fill_diagonal(expected, 0)
    found = TextPrior.fit(vectors, ridge=ridge).dense()
    np.testing.assert_allclose(found, expected, atol=2e-4 * max(1, np.abs(expected).max()))


def test_a_column_is_the_ridge_regression_of_its_vector_on_the_others() -> None:
    vectors = drawn(6, 4)
    others = vectors[1:]
    column = np.linalg.solve(others @ others.T + np.eye(5), others @ vectors[0])
    np.testing.assert_allclose(TextPrior.fit(vectors, ridge=1).dense()[1:, 0], column, atol=1e-5)


def test_without_vectors_it_is_0() -> None:
    prior = TextPrior.fit(np.zeros((3, 0), dtype=np.float32), ridge=1)
    assert prior.is_empty
    assert not prior.dense().any()
    assert prior.nearest(np.arange(3, dtype=np.int32), 2).tolist() == [[-1, -1]] * 3


def test_an_item_without_a_vector_leads_nowhere_and_is_near_nothing() -> None:
    vectors = drawn(5, 3)
    vectors[2] = 0
    prior = TextPrior.fit(vectors, ridge=1)
    assert not prior.dense()[2].any()
    assert not prior.dense()[:, 2].any()
    near = prior.nearest(np.array([2, 1], dtype=np.int32), 3)
    assert near[0].tolist() == [-1, -1, -1]
    assert (near[1] >= 0).all()


def test_the_nearest_are_the_largest_of_a_column() -> None:
    prior = TextPrior.fit(drawn(9, 4), ridge=0.3)
    columns = prior.dense()
    np.fill_diagonal(columns, -np.inf)
    expected = np.argsort(-columns, axis=0)[:4].T
    np.testing.assert_array_equal(prior.nearest(np.arange(9, dtype=np.int32), 4), expected)


def test_blocks_of_rows_sum_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = drawn(10, 3)
    monkeypatch.setattr(text_prior, "ROWS_AT_ONCE", 4)
    np.testing.assert_allclose(vector_gram(vectors), vectors.T @ vectors, atol=1e-6)


def test_equal_vectors_and_a_tiny_ridge_have_a_solution() -> None:
    prior = TextPrior.fit(np.repeat(drawn(1, 8), 5_000, axis=0), ridge=1e-6)
    # each of n equal vectors is regressed on the n - 1 others: 1 / (n - 1) apiece
    assert prior.dense()[0, 1] == pytest.approx(1 / 4_999, rel=1e-2)
