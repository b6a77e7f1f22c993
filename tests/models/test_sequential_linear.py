from collections.abc import Callable
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.item_features import unit_rows
from lorewise.models.linear_settings import SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.models.strengths import EventStrengths
from lorewise.models.text_prior import TextPrior
from lorewise.testing.scorer_contract import CHECKS, ScorerCase, recall_of
from lorewise.testing.strategies import datasets
from lorewise.testing.tiny import tiny_world

Matrix = NDArray[np.float64]


def prefixes(dataset: Dataset, chosen: SequentialLinearSettings) -> tuple[Matrix, Matrix]:
    """Write S and T out: a row per target, the newest targets of each user only."""
    weights = np.abs(EventStrengths.fit(dataset, history_tau=inf).tempered(dataset.weights))
    s = np.zeros((dataset.n_interactions, dataset.n_items))
    t = np.zeros_like(s)
    for user in range(dataset.n_users):
        start, end = dataset.offsets[user], dataset.offsets[user + 1]
        for row in range(max(start, end - chosen.max_targets), end):
            t[row, dataset.item_numbers[row]] = 1
            for before in range(max(start, row - chosen.window), row):
                fading = np.exp(-(row - 1 - before) / chosen.tau)
                s[row, dataset.item_numbers[before]] += weights[before] * fading
    return s, t


@settings(max_examples=25)
@given(
    datasets(),
    st.sampled_from([0.5, 3, inf]),
    st.integers(1, 6),
    st.integers(1, 5),
    st.sampled_from([0, 4]),
)
def test_the_matrix_is_the_ridge_regression_of_next_items_on_prefixes(
    dataset: Dataset, tau: float, window: int, max_targets: int, prior: float
) -> None:
    rng = np.random.default_rng(2)
    vectors = unit_rows(rng.normal(size=(dataset.n_items, 3)).astype(np.float32))
    chosen = SequentialLinearSettings(
        ridge=2, prior=prior, tau=tau, window=window, max_targets=max_targets, solver="exact"
    )
    s, t = prefixes(dataset, chosen)
    c = TextPrior.fit(vectors, ridge=chosen.text_ridge).dense()
    system = s.T @ s + (2 + prior) * np.eye(dataset.n_items)
    expected = np.linalg.solve(system, s.T @ t + prior * c)
    fitted = SequentialLinearScorer.fit(dataset, vectors, chosen)
    everything = np.eye(dataset.n_items, dtype=np.float32)
    np.testing.assert_allclose(fitted.matrix.times(everything), expected, atol=1e-4)


@pytest.mark.parametrize("solver", ["exact", "local"])
def test_order_matters(solver: str) -> None:
    world = tiny_world()
    chosen = SequentialLinearSettings(solver=solver, prior=0)  # type: ignore[arg-type]
    fitted = SequentialLinearScorer.fit(world.dataset, world.vectors, chosen)
    matrix = fitted.matrix.times(np.eye(world.dataset.n_items, dtype=np.float32))
    assert np.abs(matrix - matrix.T).max() > 0.1 * np.abs(matrix).max()


LOCAL = ScorerCase(
    "sequential_linear-local", SequentialLinearScorer, SequentialLinearSettings(solver="local")
)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_local_solver_keeps_the_contract_too(check: Callable[[ScorerCase], None]) -> None:
    check(LOCAL)


def test_quality_stays_in_its_band() -> None:
    recall, chance = recall_of(LOCAL)
    assert chance < 0.2
    assert 0.65 < recall < 0.92  # Order tells more than taste alone
