"""The fitted item-item matrix of a linear model, dense or sparse."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy import sparse

from lorewise.data.primitives import ItemNumbers, Offsets, Scores
from lorewise.stages import Arrays

ROWS_AT_ONCE = 1_024


@dataclass(frozen=True)
class DenseItemMatrix:
    """Row i holds what item i in a history adds to every item's score."""

    values: Scores
    """Shape ``(n_items, n_items)``."""

    def add_to(self, out: Scores, offsets: Offsets, items: ItemNumbers, strengths: Scores) -> None:
        """Add each query's history times the matrix to its row of ``out``."""
        from lorewise.models.scoring_kernels import add_dense

        add_dense(out, offsets, items, strengths, self.values)

    def at(self, sources: ItemNumbers, targets: ItemNumbers) -> Scores:
        """Return single entries; the arguments pair up."""
        return self.values[sources, targets]

    def times(self, vectors: Scores) -> Scores:
        """Return the product with a dense ``(n_items, dim)``."""
        return self.values @ vectors

    def strongest_of_rows(self, rows: ItemNumbers, k: int) -> tuple[ItemNumbers, Scores]:
        """Return the k other items that each of these adds most to, best first, and how much.

        -1 and -inf where there are fewer; shape ``(n_rows, k)``.
        """
        from lorewise.models.nearest_kernels import largest_of_rows

        near = np.empty((len(rows), k), dtype=np.int32)
        given = np.empty((len(rows), k), dtype=np.float32)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            near[part], given[part] = largest_of_rows(self.values[rows[part]], rows[part], k)
        return near, given

    def largest(self) -> float:
        """Return the most that any item gives to any other, at least 0."""
        return max(0.0, float(self.values.max(initial=0)))

    def to_arrays(self) -> Arrays:
        """Return the arrays to be saved."""
        return {"matrix": self.values}


@dataclass(frozen=True)
class SparseItemMatrix:
    """The same with few entries a column, in rows: what an event adds is one run in memory."""

    offsets: Offsets
    """Shape ``(n_items + 1,)``."""

    columns: ItemNumbers
    """Target items, rising within a row."""

    values: Scores
    """One coefficient each."""

    @classmethod
    def of(cls, kept: ItemNumbers, coefficients: Scores, n_items: int) -> Self:
        """Turn columns, as the solver gives them, into rows.

        Args:
            kept: Source items of each column, -1 where there are fewer; ``(n_items, n_kept)``.
            coefficients: Same shape.
            n_items: Items in the catalog.
        """
        is_real = kept >= 0
        targets = np.repeat(np.arange(len(kept), dtype=np.int32), is_real.sum(axis=1))
        return cls._of_cells(kept[is_real], targets, coefficients[is_real], n_items)

    @classmethod
    def _of_cells(
        cls, sources: ItemNumbers, targets: ItemNumbers, values: Scores, n_items: int
    ) -> Self:
        rows = sparse.coo_array((values, (sources, targets)), (n_items, n_items)).tocsr()
        return cls(rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data)

    def by_column(self, width: int) -> tuple[ItemNumbers, Scores]:
        """Return what ``of`` made it of: sources, rising and -1 where there are fewer, and values.

        Shape ``(n_items, width)`` each; ``width`` is at least the most entries of a column.
        """
        columns = self.rows().tocsc()
        lengths = np.diff(columns.indptr)
        rows = np.repeat(np.arange(len(lengths)), lengths)
        places = np.arange(len(rows)) - columns.indptr[rows]
        kept = np.full((len(lengths), width), -1, dtype=np.int32)
        coefficients = np.zeros((len(lengths), width), dtype=np.float32)
        kept[rows, places], coefficients[rows, places] = columns.indices, columns.data
        return kept, coefficients

    def rows(self) -> sparse.csr_array:
        """Return it as SciPy sees it, without a copy."""
        n_items = len(self.offsets) - 1
        return sparse.csr_array((self.values, self.columns, self.offsets), (n_items, n_items))

    def add_to(self, out: Scores, offsets: Offsets, items: ItemNumbers, strengths: Scores) -> None:
        """Add each query's history times the matrix to its row of ``out``."""
        from lorewise.models.scoring_kernels import add_sparse

        matrix = (self.offsets, self.columns, self.values)
        add_sparse(out, offsets, items, strengths, matrix)

    def at(self, sources: ItemNumbers, targets: ItemNumbers) -> Scores:
        """Return single entries; the arguments pair up."""
        picked = sparse.csr_matrix(self.rows())[sources.ravel(), targets.ravel()]
        return np.asarray(picked, dtype=np.float32).reshape(sources.shape)

    def times(self, vectors: Scores) -> Scores:
        """Return the product with a dense ``(n_items, dim)``."""
        return np.asarray(self.rows() @ vectors, dtype=np.float32)

    def with_columns(
        self, targets: ItemNumbers, kept: ItemNumbers, coefficients: Scores, n_items: int
    ) -> Self:
        """Return it with these columns in place of those of ``targets``, all others as they were.

        Args:
            targets: The items whose columns they are; shape ``(n_targets,)``.
            kept: Source items of each column, -1 where there are fewer; ``(n_targets, n_kept)``.
            coefficients: Same shape.
            n_items: Items in the catalog, at least as many as before.
        """
        is_real = kept >= 0
        others = ~np.isin(self.columns, targets)
        new = np.repeat(targets, is_real.sum(axis=1))
        return self._of_cells(
            np.concatenate([self._sources()[others], kept[is_real]]),
            np.concatenate([self.columns[others], new]),
            np.concatenate([self.values[others], coefficients[is_real]]),
            n_items,
        )

    def _sources(self) -> ItemNumbers:
        """Return the row of each value."""
        return np.repeat(np.arange(len(self.offsets) - 1, dtype=np.int32), np.diff(self.offsets))

    def strongest_of_rows(self, rows: ItemNumbers, k: int) -> tuple[ItemNumbers, Scores]:
        """Return the k other items that each of these adds most to, best first, and how much.

        -1 and -inf where there are fewer; shape ``(n_rows, k)``.
        """
        own = self.rows()[rows]
        sources = np.repeat(np.arange(len(rows)), np.diff(own.indptr))
        is_self = rows[sources] == own.indices
        order = np.lexsort((-own.data, is_self, sources))
        places = np.arange(len(order)) - own.indptr[sources]
        kept = order[(places < k) & ~is_self[order]]
        at = (sources[kept], places[np.argsort(order)[kept]])
        near = np.full((len(rows), k), -1, dtype=np.int32)
        given = np.full((len(rows), k), -np.inf, dtype=np.float32)
        near[at], given[at] = own.indices[kept], own.data[kept]
        return near, given

    def largest(self) -> float:
        """Return the most that any item gives to any other, at least 0."""
        return max(0.0, float(self.values.max(initial=0)))

    def to_arrays(self) -> Arrays:
        """Return the arrays to be saved."""
        return {"offsets": self.offsets, "columns": self.columns, "values": self.values}


ItemMatrix = DenseItemMatrix | SparseItemMatrix


def item_matrix_from(arrays: Arrays) -> ItemMatrix:
    """Return the matrix that ``to_arrays`` described."""
    if "matrix" in arrays:
        return DenseItemMatrix(arrays["matrix"])
    return SparseItemMatrix(arrays["offsets"], arrays["columns"], arrays["values"])
