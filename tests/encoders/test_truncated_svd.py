"""Main directions of sparse matrices."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.sparse import csr_matrix, random

from lorewise.encoders.truncated_svd import strongest_directions


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_the_directions_of_a_small_matrix_are_those_of_its_exact_decomposition() -> None:
    matrix = csr_matrix(rng().standard_normal((12, 7)).astype(np.float32))
    exact = np.linalg.svd(matrix.toarray())[2][:3].T
    found = strongest_directions(matrix, 3, rng())
    assert_allclose(np.abs(found.T @ exact), np.eye(3), atol=1e-4)


def test_almost_all_that_the_best_directions_explain_is_found() -> None:
    matrix = random(400, 300, density=0.05, random_state=1, dtype=np.float32).tocsr()
    best = (np.linalg.svd(matrix.toarray(), compute_uv=False)[:40] ** 2).sum()
    found = ((matrix @ strongest_directions(matrix, 40, rng())) ** 2).sum()
    assert 0.95 * best < found <= best * 1.0001


def test_signs_and_order_are_fixed() -> None:
    matrix = random(90, 60, density=0.1, random_state=1, dtype=np.float32).tocsr()
    found = strongest_directions(matrix, 5, rng())
    assert (found.max(axis=0) >= -found.min(axis=0)).all()
    explained = ((matrix @ found) ** 2).sum(axis=0)
    assert (np.diff(explained) <= 0).all()
    assert_allclose(found, strongest_directions(matrix, 5, rng()))


def test_a_matrix_of_rank_one_has_one_direction() -> None:
    matrix = csr_matrix(np.outer([1, 2, 3], [0, 3, 4]).astype(np.float32))
    # 3-4-5 triangle: (0, 3, 4) has length 5
    expected = np.array([[0], [0.6], [0.8]])
    assert_allclose(strongest_directions(matrix, 3, rng()), expected, atol=1e-6)


@pytest.mark.parametrize("shape", [(0, 0), (3, 0), (0, 3), (3, 3)])
def test_nothing_has_no_directions(shape: tuple[int, int]) -> None:
    empty = csr_matrix(shape, dtype=np.float32)
    assert strongest_directions(empty, 2, rng()).shape == (shape[1], 0)
