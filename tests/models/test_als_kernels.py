import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lorewise.models.als_kernels import improve_rows

Problem = tuple[np.ndarray, ...]


def problem(seed: int, n_rows: int, n_components: int) -> Problem:
    """Make up factors, the other side's, a Gram matrix, offsets, events and what draws."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, 9, n_rows)
    n_events, n_others = int(lengths.sum()), 7
    others = rng.normal(size=(n_others, n_components)).astype(np.float32)
    return (
        rng.normal(size=(n_rows, n_components)).astype(np.float32),
        others,
        (0.1 * others.T @ others).astype(np.float32),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        rng.integers(0, n_others, n_events).astype(np.int32),
        rng.uniform(0.2, 3, n_events).astype(np.float32),
        rng.uniform(-1, 1, n_events).astype(np.float32),
        rng.uniform(0.5, 2, n_rows).astype(np.float32),
        rng.normal(size=(n_rows, n_components)).astype(np.float32),
    )


def improved(made: Problem, block_size: int, rounds: int = 1) -> np.ndarray:
    factors, others, gram, offsets, met, sizes, targets, pulls, drawn = made
    factors = factors.copy()
    for _ in range(rounds):
        is_solved = improve_rows(
            factors, others, gram, (offsets, met, sizes, targets), pulls, drawn, block_size
        )
        assert is_solved.all()
    return factors


def best(made: Problem) -> np.ndarray:
    factors, others, gram, offsets, met, sizes, targets, pulls, drawn = made
    solved = np.zeros(factors.shape)
    for r in range(len(factors)):
        own = slice(offsets[r], offsets[r + 1])
        y, w = others[met[own]].astype(np.float64), sizes[own]
        system = gram + (y.T * w) @ y + pulls[r] * np.eye(len(gram))
        solved[r] = np.linalg.solve(system, y.T @ (w * targets[own]) + drawn[r])
    return solved


@settings(max_examples=25)
@given(st.integers(0, 1_000), st.integers(1, 5), st.integers(1, 9))
def test_one_block_solves_each_row(seed: int, n_rows: int, n_components: int) -> None:
    made = problem(seed, n_rows, n_components)
    np.testing.assert_allclose(improved(made, n_components), best(made), rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("block_size", [1, 2, 3, 5, 100])
def test_blocks_of_any_size_lead_to_the_same_rows(block_size: int) -> None:
    made = problem(3, 4, 6)
    np.testing.assert_allclose(improved(made, block_size, 300), best(made), rtol=2e-3, atol=1e-3)


def test_the_best_row_is_left_where_it_is() -> None:
    made = problem(4, 3, 6)
    at_best = (best(made).astype(np.float32), *made[1:])
    np.testing.assert_allclose(improved(at_best, 2), at_best[0], rtol=1e-3, atol=1e-4)


def test_a_row_without_a_solution_is_told_and_left_alone() -> None:
    made = problem(5, 2, 3)
    factors, others, _, offsets, met, sizes, targets, pulls, drawn = made
    before = factors.copy()
    gram = np.full((3, 3), -1e6, dtype=np.float32)
    events = (offsets, met, sizes, targets)
    assert not improve_rows(factors, others, gram, events, pulls, drawn, 3).any()
    np.testing.assert_array_equal(factors, before)
