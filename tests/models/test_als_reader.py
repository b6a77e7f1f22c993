import numpy as np
import pytest

from lorewise.models.als_reader import FactorReader, factors_from, with_constant

RNG = np.random.default_rng(0)
VECTORS = RNG.normal(size=(30, 4)).astype(np.float32)
FACTORS = (VECTORS @ RNG.normal(size=(4, 3)) + [5, 0, -5]).astype(np.float32)


def test_factors_that_vectors_and_a_constant_explain_are_read_exactly() -> None:
    reader = FactorReader.of(VECTORS, ridge=1e-6)
    np.testing.assert_allclose(reader.expected(FACTORS), FACTORS, atol=1e-4)
    read = factors_from(VECTORS[:5], reader.weights(FACTORS))
    np.testing.assert_allclose(read, FACTORS[:5], atol=1e-4)


def test_the_weights_are_a_ridge_regression() -> None:
    known = with_constant(VECTORS).astype(np.float64)
    expected = np.linalg.solve(known.T @ known + 2 * np.eye(5), known.T @ FACTORS)
    found = FactorReader.of(VECTORS, ridge=2).weights(FACTORS)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_nothing_is_read_off_nothing() -> None:
    bare = VECTORS.copy()
    bare[7] = 0
    reader = FactorReader.of(bare, ridge=1)
    assert not reader.expected(FACTORS)[7].any()
    read = factors_from(bare, reader.weights(FACTORS))
    assert np.isnan(read[7]).all()
    assert np.isfinite(np.delete(read, 7, axis=0)).all()


@pytest.mark.parametrize("n_items", [0, 3])
def test_without_vectors_nothing_is_expected(n_items: int) -> None:
    nothing = np.zeros((n_items, 0), dtype=np.float32)
    reader = FactorReader.of(nothing, ridge=1)
    assert not reader.expected(FACTORS[:n_items]).any()
    assert np.isnan(factors_from(nothing, reader.weights(FACTORS[:n_items]))).all()
