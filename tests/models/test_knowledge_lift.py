from dataclasses import replace

import numpy as np

from lorewise.data.primitives import Scores
from lorewise.models.item_matrix import DenseItemMatrix, SparseItemMatrix
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings, SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world()
COUNTS = WORLD.dataset.item_counts
PLAIN = LinearSettings(solver="exact", prior=10.0, trust_events=5.0)


def dense(settings: LinearSettings) -> Scores:
    matrix = LinearScorer.fit(WORLD.dataset, WORLD.vectors, settings).matrix
    assert isinstance(matrix, DenseItemMatrix)
    return matrix.values


def test_a_lifted_column_is_the_plain_one_and_what_its_vector_says_times_the_trust() -> None:
    plain = LinearScorer.fit(WORLD.dataset, WORLD.vectors, PLAIN)
    lifted = dense(replace(PLAIN, knowledge_lift=2.0))
    item = int(np.flatnonzero((COUNTS > 0) & WORLD.vectors.any(axis=1))[0])
    trust = 5 / (5 + COUNTS[item])
    expected = dense(PLAIN)[:, item] + 2 * trust * plain.cold.column_of(WORLD.vectors[item])
    expected[item] = 0  # an item never predicts itself
    np.testing.assert_allclose(lifted[:, item], expected, atol=1e-5)


def test_cold_columns_are_not_lifted() -> None:
    lifted = dense(replace(PLAIN, knowledge_lift=2.0))
    is_cold = COUNTS == 0
    np.testing.assert_array_equal(lifted[:, is_cold], dense(PLAIN)[:, is_cold])


def test_the_sparse_columns_that_are_kept_agree_with_the_formula() -> None:
    settings = replace(PLAIN, solver="local", n_coefficients=500)
    plain = LinearScorer.fit(WORLD.dataset, WORLD.vectors, settings)
    lifted = LinearScorer.fit(WORLD.dataset, WORLD.vectors, replace(settings, knowledge_lift=1.0))
    assert isinstance(lifted.matrix, SparseItemMatrix)
    assert isinstance(plain.matrix, SparseItemMatrix)
    before, after = plain.matrix.rows().toarray(), lifted.matrix.rows().toarray()
    item = int(np.flatnonzero((COUNTS > 0) & WORLD.vectors.any(axis=1))[0])
    gained = 5 / (5 + COUNTS[item]) * plain.cold.column_of(WORLD.vectors[item])
    kept = after[:, item] != 0
    assert kept.sum() > 5
    np.testing.assert_allclose(after[kept, item], (before[:, item] + gained)[kept], atol=1e-5)


def test_an_item_solved_anew_is_lifted_as_in_the_fit() -> None:
    settings = SequentialLinearSettings(solver="local", knowledge_lift=1.0)
    fitted = SequentialLinearScorer.fit(WORLD.dataset, WORLD.vectors, settings)
    items = np.flatnonzero(COUNTS > 0)[:3].astype(np.int32)
    again = fitted.refresh_items(WORLD.dataset, WORLD.vectors, items, settings)
    assert isinstance(again.matrix, SparseItemMatrix)
    assert isinstance(fitted.matrix, SparseItemMatrix)
    np.testing.assert_allclose(
        again.matrix.rows().toarray(), fitted.matrix.rows().toarray(), atol=1e-4
    )
