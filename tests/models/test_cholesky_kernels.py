import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lorewise.models.cholesky_kernels import solve_in_place, subtract, subtract_four


@settings(max_examples=40)
@given(st.integers(0, 40), st.integers(0, 999))
def test_the_solution_is_that_of_numpy(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(size, size + 3))
    system, right_side = root @ root.T + np.eye(size), rng.normal(size=size)
    matrix = np.full((size + 2, size + 3), np.nan, dtype=np.float32)
    matrix[:size, :size] = np.where(np.triu(np.ones_like(system)) > 0, system, np.nan)
    matrix[:size, size] = right_side
    solution = np.zeros(size, dtype=np.float32)
    assert solve_in_place(matrix, size, solution)
    np.testing.assert_allclose(solution, np.linalg.solve(system, right_side), atol=1e-4)


@pytest.mark.parametrize("last", [0.0, -1.0, np.nan])
@pytest.mark.parametrize("size", [1, 4, 6])
def test_a_system_that_is_not_positive_definite_is_told(size: int, last: float) -> None:
    matrix = np.zeros((size, size + 1), dtype=np.float32)
    matrix[:, :size] = np.eye(size)
    matrix[-1, size - 1] = last
    assert not solve_in_place(matrix, size, np.zeros(size, dtype=np.float32))


def test_rows_are_subtracted_times_their_first_value() -> None:
    rows = np.arange(1, 9, dtype=np.float32).reshape(4, 2)
    one_by_one, at_once = np.zeros(2, dtype=np.float32), np.zeros(2, dtype=np.float32)
    for row in rows:
        subtract(one_by_one, row)
    subtract_four(at_once, *rows)
    # first values 1, 3, 5, 7: - (1 + 9 + 25 + 49) and - (2 + 12 + 30 + 56)
    assert one_by_one.tolist() == at_once.tolist() == [-84, -100]
