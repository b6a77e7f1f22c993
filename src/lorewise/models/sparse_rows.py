"""Sparse rows: how histories become a matrix, and how a matrix becomes scores or arrays to save."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lorewise.data.primitives import Offsets, Scores

SparseRows: TypeAlias = Any
"""A ``scipy.sparse.csr_array`` of float32; scipy ships no types."""

BLOCK_ROWS = 256  # a sparse product holds twelve bytes a cell before it is written out


def sparse_rows(
    values: Scores, columns: NDArray[np.int32], offsets: Offsets, n_columns: int
) -> SparseRows:
    """Return row i with ``values[offsets[i]:offsets[i + 1]]``; equal columns of a row are summed.

    A stored zero stays: it says that something happened there. The arguments are copied, since
    summing works in place.
    """
    rows = sparse.csr_array(
        (values.astype(np.float32), columns, offsets),
        shape=(len(offsets) - 1, n_columns),
        copy=True,
    )
    rows.sum_duplicates()
    return rows


def empty_rows(n_rows: int, n_columns: int) -> SparseRows:
    """Return rows in which nothing is stored."""
    nothing, offsets = np.zeros(0, dtype=np.int32), np.zeros(n_rows + 1, dtype=np.int64)
    return sparse_rows(nothing.astype(np.float32), nothing, offsets, n_columns)


def positive_rows(rows: SparseRows) -> SparseRows:
    """Return a copy with the cells above 0 alone."""
    kept = sparse.csr_array(rows, copy=True)
    kept.data = np.maximum(kept.data, 0)
    kept.eliminate_zeros()
    return kept


def without_values(rows: SparseRows) -> SparseRows:
    """Return 1 in every stored cell."""
    return with_values(rows, np.ones_like(rows.data))


def with_values(rows: SparseRows, values: Scores) -> SparseRows:
    """Return the same cells with other values, in the order in which they are stored."""
    return sparse.csr_array((values, rows.indices, rows.indptr), shape=rows.shape)


def scaled_rows(rows: SparseRows, factors: Scores) -> SparseRows:
    """Return each row times its factor."""
    return with_values(rows, rows.data * factors[row_numbers(rows)])


def row_numbers(rows: SparseRows) -> NDArray[np.int64]:
    """Return the row of each stored cell; shape ``(n_stored,)``."""
    return np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))


def dense_product(left: SparseRows, right: SparseRows) -> Scores:
    """Return ``left @ right``, written out a block of rows at a time."""
    product = np.empty((left.shape[0], right.shape[1]), dtype=np.float32)
    for start in range(0, left.shape[0], BLOCK_ROWS):
        block = left[start : start + BLOCK_ROWS] @ right
        product[start : start + BLOCK_ROWS] = block.toarray()
    return product


def pack(name: str, rows: SparseRows) -> dict[str, NDArray[Any]]:
    """Return the parts of the matrix as arrays whose names start with ``name``."""
    return {
        f"{name}_values": rows.data,
        f"{name}_columns": rows.indices,
        f"{name}_offsets": rows.indptr,
        f"{name}_shape": np.array(rows.shape, dtype=np.int64),
    }


def unpack(name: str, arrays: Mapping[str, NDArray[Any]]) -> SparseRows:
    """Return the matrix that ``pack`` took apart."""
    values, columns, offsets, shape = (
        arrays[f"{name}_{part}"] for part in ("values", "columns", "offsets", "shape")
    )
    return sparse.csr_array((values, columns, offsets), shape=tuple(shape.tolist()))


def filled_rows(
    numbers: NDArray[np.int32], values: NDArray[np.floating[Any]], n_columns: int
) -> SparseRows:
    """Return a sparse row for each line of ``numbers`` and ``values``; number -1 is padding."""
    is_filled = numbers >= 0
    offsets = np.concatenate([[0], np.cumsum(is_filled.sum(axis=1))]).astype(np.int64)
    return sparse_rows(values[is_filled].astype(np.float32), numbers[is_filled], offsets, n_columns)
