from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lorewise.models.factorization_fold_in_kernels import add_upper, solve_users


def test_an_event_adds_to_the_upper_triangle_and_the_right_side() -> None:
    matrix = np.zeros((2, 3), dtype=np.float32)
    add_upper(matrix, np.array([1, 3], dtype=np.float32), np.float32(2), np.float32(5))
    assert matrix.tolist() == [[2, 6, 5], [0, 18, 15]]


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=4), st.integers(0, 99))
def test_each_query_gets_the_solution_of_numpy(lengths: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rows = rng.normal(size=(offsets[-1], 3)).astype(np.float32)
    curvatures, slopes = rng.random((2, offsets[-1])).astype(np.float32)
    ridges = rng.uniform(0.5, 2, 3).astype(np.float32)
    solved = np.full((len(lengths), 3), np.nan, dtype=np.float32)
    solve_users(offsets, rows, curvatures, slopes, ridges, solved)
    for q, (start, end) in enumerate(pairwise(offsets)):
        x = rows[start:end].astype(np.float64)
        system = (x * curvatures[start:end, None]).T @ x + np.diag(ridges)
        expected = np.linalg.solve(system, slopes[start:end] @ x)
        np.testing.assert_allclose(solved[q], expected, atol=1e-4)
