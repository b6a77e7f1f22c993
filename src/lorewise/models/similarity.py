"""Finds the rows of a sparse matrix that are most like given rows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Scores
from lorewise.models.sparse_rows import (
    SparseRows,
    filled_rows,
    positive_rows,
    row_numbers,
    with_values,
    without_values,
)

Similarity = Literal["cosine", "bm25", "jaccard", "dice", "tversky", "pearson", "adjusted_cosine"]
RATING_SIMILARITIES = ("pearson", "adjusted_cosine")
SET_SIMILARITIES = ("jaccard", "dice", "tversky")
_TVERSKY_WEIGHTS = {"jaccard": (1.0, 1.0), "dice": (0.5, 0.5)}

CompiledRows: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]


@dataclass(frozen=True)
class Neighbors:
    """The nearest rows of each row asked for, best first; short lists are padded."""

    numbers: NDArray[np.int32]
    """Shape ``(n_wanted, k)``; -1 where the list has ended."""

    similarities: Scores
    """Shape ``(n_wanted, k)``, falling; NaN where the list has ended."""

    def as_rows(self, n_rows: int) -> SparseRows:
        """Return the similarities as a sparse matrix of shape ``(n_wanted, n_rows)``."""
        return filled_rows(self.numbers, self.similarities, n_rows)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """How two sparse rows are compared; only similarities above 0 make neighbors.

    ``cosine``: of the values. ``bm25``: cosine of values weighted by BM25, so that repeats
    saturate and columns that most rows have count little. ``jaccard``, ``dice``, ``tversky``: of
    the sets of columns whose value is above 0. ``pearson``: the correlation over the columns that
    both rows have, at least two. ``adjusted_cosine``: cosine over the columns that both have,
    of values that the caller has centered.

    Source: Resnick et al., CSCW 1994 (``pearson``); Sarwar et al., WWW 2001, equation 3
    (``adjusted_cosine``); Robertson and Walker, SIGIR 1994 (``bm25``); Tversky, Psychological
    Review 1977.
    """

    name: Similarity
    shrinkage: float = 0.0
    """Added to the denominator."""

    tversky_own: float = 1.0
    """What a column of the row asked for alone counts against it."""

    tversky_other: float = 1.0
    """What a column of the other row alone counts against it."""

    @property
    def compiled(self) -> tuple[int, float, float, float]:
        """Kind, shrinkage and the weights of a set measure, as the kernel takes them."""
        from lorewise.models import neighbors_kernels as kernels

        kinds = {"pearson": kernels.PEARSON, "adjusted_cosine": kernels.SHARED_COSINE}
        kinds |= dict.fromkeys(SET_SIMILARITIES, kernels.TVERSKY)
        own, other = _TVERSKY_WEIGHTS.get(self.name, (self.tversky_own, self.tversky_other))
        return kinds.get(self.name, kernels.COSINE), float(self.shrinkage), own, other

    def sizes(self, rows: SparseRows) -> NDArray[np.float64]:
        """Return each row's length, or its number of columns for a set measure."""
        if self.name in SET_SIMILARITIES:
            return np.asarray(np.diff(rows.indptr), dtype=np.float64)
        squares = rows.data.astype(np.float64) ** 2
        sums = np.bincount(row_numbers(rows), weights=squares, minlength=rows.shape[0])
        return np.asarray(np.sqrt(sums), dtype=np.float64)


@dataclass(frozen=True)
class SimilarityIndex:
    """Rows that can be searched; nothing of the size rows x rows is ever made."""

    measure: Measure
    rows: SparseRows
    """Weighted as the measure needs; ``(n_rows, n_columns)``."""

    weighting: "Bm25 | None"

    @classmethod
    def of(cls, rows: SparseRows, measure: Measure) -> Self:
        """Return an index of these rows."""
        weighting = Bm25.of(rows) if measure.name == "bm25" else None
        return cls(measure, _comparable(rows, measure, weighting), weighting)

    def nearest(
        self, wanted: SparseRows, k: int, *, left_out: NDArray[np.int32] | None = None
    ) -> Neighbors:
        """Return the ``k`` rows most like each wanted row; equals in the order of their numbers.

        ``left_out`` names one row for each wanted row that is not its neighbor; -1 for none.
        """
        weighted = _comparable(wanted, self.measure, self.weighting)
        return self._search(weighted, k, left_out)

    def nearest_to_own(self, numbers: NDArray[np.int32], k: int) -> Neighbors:
        """Return the ``k`` rows most like each of the index's own rows, itself left out."""
        return self._search(self.rows[numbers], k, numbers)

    def _search(self, wanted: SparseRows, k: int, left_out: NDArray[np.int32] | None) -> Neighbors:
        from lorewise.models.neighbors_kernels import nearest_rows

        n_wanted = wanted.shape[0]
        shape = (n_wanted, min(k, self.rows.shape[0]))
        numbers = np.full(shape, -1, dtype=np.int32)
        similarities = np.full(shape, np.nan, dtype=np.float32)
        nearest_rows(
            _compiled(wanted),
            self._by_column,
            (self.measure.sizes(wanted), self._sizes),
            self.measure.compiled,
            np.full(n_wanted, -1, dtype=np.int32) if left_out is None else left_out,
            (numbers, similarities),
        )
        return Neighbors(numbers, similarities)

    @cached_property
    def _by_column(self) -> CompiledRows:
        return _compiled(self.rows.T.tocsr())

    @cached_property
    def _sizes(self) -> NDArray[np.float64]:
        return self.measure.sizes(self.rows)


@dataclass(frozen=True)
class Bm25:
    """Weights of cells by how often, how rare the column and how long the row."""

    rarities: Scores
    """One per column, above 0."""

    mean_length: float
    saturation: float = 1.2
    length_share: float = 0.75

    @classmethod
    def of(cls, rows: SparseRows) -> Self:
        """Measure the columns and the lengths of these rows."""
        n_rows, n_columns = rows.shape
        counts = np.bincount(rows.indices, minlength=n_columns)
        rarities = np.log1p((n_rows - counts + 0.5) / (counts + 0.5)).astype(np.float32)
        return cls(rarities, float(np.abs(rows.data).sum()) / max(1, n_rows))

    def weigh(self, rows: SparseRows) -> SparseRows:
        """Return the rows weighted; a dislike keeps its sign."""
        sizes = np.abs(rows.data)
        lengths = np.bincount(row_numbers(rows), weights=sizes, minlength=rows.shape[0])
        relative = lengths[row_numbers(rows)] / (self.mean_length or 1.0)
        slack = self.saturation * (1 - self.length_share + self.length_share * relative)
        values = rows.data * (self.saturation + 1) / (sizes + slack) * self.rarities[rows.indices]
        return with_values(rows, values.astype(np.float32))


def _comparable(rows: SparseRows, measure: Measure, weighting: Bm25 | None) -> SparseRows:
    if weighting is not None:
        return weighting.weigh(rows)
    if measure.name not in SET_SIMILARITIES:
        return rows
    return without_values(positive_rows(rows))


def _compiled(rows: SparseRows) -> CompiledRows:
    return (rows.indptr.astype(np.int64), rows.indices.astype(np.int32), np.asarray(rows.data))
