import numpy as np

from lorewise.models.sparse_rows import (
    BLOCK_ROWS,
    dense_product,
    filled_rows,
    pack,
    positive_rows,
    row_numbers,
    scaled_rows,
    sparse_rows,
    unpack,
)


def test_repeats_are_summed_and_a_stored_zero_stays() -> None:
    rows = sparse_rows(
        np.array([1, 5, -1, 2], dtype=np.float32),
        np.array([2, 0, 2, 1], dtype=np.int32),
        np.array([0, 3, 3, 4]),
        3,
    )
    np.testing.assert_array_equal(rows.toarray(), [[5, 0, 0], [0, 0, 0], [0, 2, 0]])
    assert rows.nnz == 3  # (0, 2) is 1 - 1 = 0 and stays
    np.testing.assert_array_equal(row_numbers(rows), [0, 0, 2])


def test_the_arguments_are_left_as_they_were() -> None:
    values = np.array([1, 2, -3], dtype=np.float32)
    columns, offsets = np.array([1, 0, 1], dtype=np.int32), np.array([0, 3])
    positive_rows(sparse_rows(values, columns, offsets, 2))
    assert offsets.tolist() == [0, 3]
    assert columns.tolist() == [1, 0, 1]
    assert values.tolist() == [1, 2, -3]


def test_only_positive_cells_are_kept_and_the_original_stays() -> None:
    rows = sparse_rows(
        np.array([1, -2], dtype=np.float32), np.array([0, 1], np.int32), np.array([0, 2]), 2
    )
    assert positive_rows(rows).nnz == 1
    assert rows.nnz == 2


def test_a_product_of_more_than_a_block_equals_the_dense_one() -> None:
    rng = np.random.default_rng(0)
    n = BLOCK_ROWS + 3
    numbers = rng.integers(-1, 5, (n, 1)).astype(np.int32)
    left = filled_rows(numbers, rng.random((n, 1)), 5)
    right = filled_rows(rng.integers(0, 4, (5, 1)).astype(np.int32), rng.random((5, 1)), 4)
    product = dense_product(left, right)
    assert product.dtype == np.float32
    np.testing.assert_allclose(product, left.toarray() @ right.toarray(), rtol=1e-6)


def test_padding_is_left_out() -> None:
    rows = filled_rows(np.array([[1, -1], [-1, -1]]), np.array([[0.5, 9.0], [9.0, 9.0]]), 2)
    np.testing.assert_array_equal(rows.toarray(), [[0, 0.5], [0, 0]])


def test_each_row_is_scaled_by_its_factor() -> None:
    rows = filled_rows(np.array([[0, 1], [1, -1]]), np.array([[1.0, 2.0], [3.0, 0.0]]), 2)
    scaled = scaled_rows(rows, np.array([2, 10], dtype=np.float32))
    np.testing.assert_array_equal(scaled.toarray(), [[2, 4], [0, 30]])


def test_packed_rows_come_back() -> None:
    rows = filled_rows(np.array([[0, 2]]), np.array([[1.0, 2.0]]), 4)
    back = unpack("x", pack("x", rows))
    assert back.shape == (1, 4)
    np.testing.assert_array_equal(back.toarray(), rows.toarray())
