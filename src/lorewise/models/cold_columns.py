"""Scores for items that nobody has touched yet, read off their vectors."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from lorewise.data.primitives import Embeddings, ItemNumbers, Offsets, Scores
from lorewise.models.item_matrix import ItemMatrix
from lorewise.models.text_prior import vector_gram
from lorewise.stages import Arrays

N_DIRECTIONS = 64
"""Of the reader, by which a shortlist of sources is drawn up."""

SHORTLIST = 16
"""Sources on the shortlist for each that is asked for."""


@dataclass(frozen=True)
class VectorRegression:
    """Ridge regression of anything that is known of the warm items on their vectors."""

    center: Embeddings
    """The warm items' mean vector; shape ``(dim,)``."""

    weights: Embeddings
    """``F_w inv(F_w' F_w + rho I)``, zero for cold items; ``(n_items, dim)``."""

    @classmethod
    def of(cls, vectors: Embeddings, is_cold: NDArray[np.bool_], *, rho: float) -> Self:
        """Prepare it; ``rho`` above 0, in items. Without a warm item nothing is known of any."""
        if is_cold.all():
            return cls(np.zeros(vectors.shape[1], dtype=np.float32), np.zeros_like(vectors))
        center = vectors[~is_cold].mean(axis=0, dtype=np.float64).astype(np.float32)
        centered = vectors - center
        centered[is_cold] = 0
        gram = vector_gram(centered)
        gram[np.diag_indices(len(gram))] += rho
        return cls(center, centered @ linalg.inv(gram).astype(np.float32))


@dataclass(frozen=True)
class ColdColumns:
    """The ridge regression of the fitted columns on the item vectors, read at the cold items.

    ``B[:, c] = B_w F_w inv(F_w' F_w + rho I) f_c``: w the warm items, F their vectors centered on
    the warm mean. The prior alone would leave cold items unseen, for its gate sits on the source
    item, and a popular source mutes it. Where no item is warm there is nothing to regress: then a
    history speaks for what resembles it.
    """

    items: ItemNumbers
    """The cold items, rising; shape ``(n_cold,)``."""

    vectors: Embeddings
    """Their vectors, centered; NaN for an item without one; shape ``(n_cold, dim)``."""

    reader: Embeddings
    """``B_w F_w inv(F_w' F_w + rho I)``: what a history says to a vector; ``(n_items, dim)``."""

    center: Embeddings
    """The warm items' mean vector; shape ``(dim,)``."""

    n_arrived: int = 0
    """How many of ``items`` came after the fit; they have no row in ``reader``."""

    @classmethod
    def fit(
        cls, matrix: ItemMatrix, vectors: Embeddings, is_cold: NDArray[np.bool_], *, rho: float
    ) -> Self:
        """Regress the warm columns of ``matrix`` on ``vectors``; ``rho`` above 0, in items."""
        return cls.of(matrix, vectors, is_cold, VectorRegression.of(vectors, is_cold, rho=rho))

    @classmethod
    def of(
        cls,
        matrix: ItemMatrix,
        vectors: Embeddings,
        is_cold: NDArray[np.bool_],
        regression: VectorRegression,
    ) -> Self:
        """Do as ``fit``, where the regression has been prepared already."""
        reader = vectors if is_cold.all() else matrix.times(regression.weights)
        cold = np.flatnonzero(is_cold).astype(np.int32)
        return cls(cold, _centered(vectors[cold], regression.center), reader, regression.center)

    @property
    def n_items(self) -> int:
        """Items in the catalog, warm ones and arrivals included."""
        return len(self.reader) + self.n_arrived

    def write_to(
        self, out: Scores, offsets: Offsets, items: ItemNumbers, strengths: Scores
    ) -> None:
        """Set the cold items' columns of ``out``; NaN for items without a vector."""
        if len(self.items) == 0:
            return
        if len(self.center) == 0:
            out[:, self.items] = np.nan
            return
        histories = sparse.csr_array((strengths, items, offsets), (len(out), len(self.reader)))
        out[:, self.items] = (histories @ self.reader) @ self.vectors.T

    def column_of(self, vector: Embeddings) -> Scores:
        """Return what each fitted item in a history adds to an item of this vector."""
        column: Scores = self.reader @ (vector - self.center)
        return column

    def strongest_of_column(self, vector: Embeddings, k: int) -> tuple[ItemNumbers, Scores]:
        """Return the ``k`` largest entries, by size, of ``column_of``: sources, coefficients.

        From a shortlist that the reader's main directions draw up, since in a large catalog one
        pass over the whole reader takes longer than an arrival may; the coefficients are exact,
        and so is all of it where the directions are as many as dimensions.
        """
        axes, rows = self._main_directions
        centered = vector - self.center
        rough = np.abs(rows @ (axes.T @ centered))
        n_listed = min(SHORTLIST * k, len(rough))
        if n_listed < len(rough):
            listed = np.argpartition(-rough, n_listed - 1)[:n_listed]
        else:
            listed = np.arange(n_listed)
        listed = np.sort(listed)
        coefficients: Scores = self.reader[listed] @ centered
        order = np.argsort(-np.abs(coefficients), kind="stable")[:k]
        return listed[order].astype(np.int32), coefficients[order]

    @cached_property
    def _main_directions(self) -> tuple[Embeddings, Embeddings]:
        """The directions in which the reader's rows differ most, and the rows along them."""
        _, axes = linalg.eigh(vector_gram(self.reader))
        main = np.ascontiguousarray(axes[:, -N_DIRECTIONS:], dtype=np.float32)
        return main, np.ascontiguousarray(self.reader @ main)

    def with_arrivals(self, vectors: Embeddings) -> Self:
        """Return it with more cold items at the end of the catalog."""
        numbers = np.arange(self.n_items, self.n_items + len(vectors), dtype=np.int32)
        return replace(
            self,
            items=np.concatenate([self.items, numbers]),
            vectors=np.concatenate([self.vectors, _centered(vectors, self.center)]),
            n_arrived=self.n_arrived + len(vectors),
        )

    def refreshed(
        self, items: ItemNumbers, vectors: Embeddings, is_cold: NDArray[np.bool_]
    ) -> Self:
        """Return it with these items warm or cold, by ``is_cold``, and with these vectors.

        Arrivals get a row in ``reader``, of zeros. The regression itself is not made again.
        """
        others = ~np.isin(self.items, items)
        numbers = np.concatenate([self.items[others], items[is_cold]])
        rows = np.concatenate([self.vectors[others], _centered(vectors[is_cold], self.center)])
        order = np.argsort(numbers)
        nothing = np.zeros((self.n_arrived, len(self.center)), dtype=np.float32)
        reader = np.concatenate([self.reader, nothing])
        return replace(self, items=numbers[order], vectors=rows[order], reader=reader, n_arrived=0)

    def to_arrays(self) -> Arrays:
        """Return the arrays to be saved."""
        return {
            "cold_items": self.items,
            "cold_vectors": self.vectors,
            "reader": self.reader,
            "center": self.center,
            "n_arrived": np.array(self.n_arrived),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what ``to_arrays`` described."""
        return cls(
            arrays["cold_items"],
            arrays["cold_vectors"],
            arrays["reader"],
            arrays["center"],
            int(arrays["n_arrived"]),
        )


def _centered(vectors: Embeddings, center: Embeddings) -> Embeddings:
    has_vector = vectors.any(axis=1, keepdims=True)
    return np.where(has_vector, vectors - center, np.nan).astype(np.float32)
