import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lorewise.data.queries import Queries
from lorewise.models import item_matrix
from lorewise.models.item_matrix import (
    DenseItemMatrix,
    ItemMatrix,
    SparseItemMatrix,
    item_matrix_from,
)
from lorewise.testing.strategies import query_batches

N_ITEMS = 6


def both(seed: int = 0) -> tuple[DenseItemMatrix, SparseItemMatrix]:
    """Return the same matrix twice; about half of it is 0."""
    rng = np.random.default_rng(seed)
    values = np.where(rng.random((N_ITEMS, N_ITEMS)) < 0.5, rng.normal(size=(N_ITEMS,) * 2), 0)
    values = values.astype(np.float32)
    kept = np.where(values.T != 0, np.arange(N_ITEMS), -1).astype(np.int32)
    shuffled = rng.permuted(np.arange(N_ITEMS)[None].repeat(N_ITEMS, axis=0), axis=1)
    kept, columns = (np.take_along_axis(part, shuffled, 1) for part in (kept, values.T))
    return DenseItemMatrix(values), SparseItemMatrix.of(kept, columns, N_ITEMS)


@given(st.integers(0, 50))
def test_columns_become_rows(seed: int) -> None:
    dense, few = both(seed)
    np.testing.assert_array_equal(few.rows().toarray(), dense.values)
    for row in range(N_ITEMS):
        assert (np.diff(few.columns[few.offsets[row] : few.offsets[row + 1]]) > 0).all()
    dtypes = [few.offsets.dtype, few.columns.dtype, few.values.dtype]
    assert dtypes == [np.int64, np.int32, np.float32]


@settings(max_examples=40)
@given(st.integers(0, 50), query_batches(N_ITEMS))
def test_both_kinds_answer_alike(seed: int, queries: Queries) -> None:
    dense, few = both(seed)
    scores = np.zeros((2, len(queries), N_ITEMS), dtype=np.float32)
    layout = (queries.offsets, queries.item_numbers, queries.weights)
    dense.add_to(scores[0], *layout)
    few.add_to(scores[1], *layout)
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-5)
    sources, targets = np.array([[0, 1], [5, 2]]), np.array([[1, 1], [0, 5]])
    np.testing.assert_array_equal(dense.at(sources, targets), few.at(sources, targets))
    vectors = np.random.default_rng(1).normal(size=(N_ITEMS, 3)).astype(np.float32)
    np.testing.assert_allclose(dense.times(vectors), few.times(vectors), atol=1e-5)
    assert dense.largest() == few.largest()


@settings(max_examples=40)
@given(st.integers(0, 50), st.integers(1, 7), st.sets(st.integers(0, N_ITEMS - 1)))
def test_the_strongest_of_a_row_leave_out_the_item_itself(
    seed: int, k: int, chosen: set[int]
) -> None:
    dense, few = both(seed)
    rows = np.array(sorted(chosen), dtype=np.int32)
    near, given_ = few.strongest_of_rows(rows, k)
    for row, items, values in zip(rows, near, given_, strict=True):
        others = [i for i in range(N_ITEMS) if i != row and dense.values[row, i] != 0]
        expected = sorted(others, key=lambda i: -dense.values[row, i])[:k]
        missing = k - len(expected)
        assert items.tolist() == [*expected, *[-1] * missing]
        assert values.tolist() == [*dense.values[row, expected], *[-np.inf] * missing]


@settings(max_examples=40)
@given(st.integers(0, 50), st.integers(1, 7))
def test_in_a_dense_row_zeros_stand_before_what_is_negative(seed: int, k: int) -> None:
    dense, _ = both(seed)
    rows = np.array([4, 1], dtype=np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(item_matrix, "ROWS_AT_ONCE", 1)
        near, values = dense.strongest_of_rows(rows, k)
    for row, items, given_ in zip(rows, near, values, strict=True):
        expected = np.sort(np.delete(dense.values[row], row))[::-1][:k]
        np.testing.assert_array_equal(given_[: len(expected)], expected)
        assert row not in items


def test_new_columns_take_the_place_of_old_ones_and_the_others_stay() -> None:
    dense, few = both(3)
    kept = np.array([[2, 6, -1], [-1, -1, -1]], dtype=np.int32)
    values = np.array([[0.5, -1, 9], [9, 9, 9]], dtype=np.float32)
    new = few.with_columns(np.array([1, 4], dtype=np.int32), kept, values, N_ITEMS + 1)
    expected = np.zeros((N_ITEMS + 1, N_ITEMS + 1), dtype=np.float32)
    expected[:N_ITEMS, :N_ITEMS] = dense.values
    expected[:, [1, 4]] = 0
    expected[[2, 6], 1] = [0.5, -1]
    np.testing.assert_array_equal(new.rows().toarray(), expected)
    assert new.columns.dtype == np.int32


def test_the_largest_of_nothing_is_0() -> None:
    nothing = np.full((3, 2), -1, dtype=np.int32)
    empty = SparseItemMatrix.of(nothing, np.ones((3, 2), dtype=np.float32), 3)
    assert empty.largest() == DenseItemMatrix(-np.eye(3, dtype=np.float32)).largest() == 0


@pytest.mark.parametrize("matrix", both())
def test_arrays_are_the_whole_matrix(matrix: ItemMatrix) -> None:
    again = item_matrix_from(matrix.to_arrays())
    assert type(again) is type(matrix)
    for name, array in matrix.to_arrays().items():
        assert again.to_arrays()[name] is array
