"""What knowledge adds to the columns of items that few people have met."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.models.cold_columns import ColdColumns
from lorewise.models.item_matrix import (
    ROWS_AT_ONCE,
    DenseItemMatrix,
    ItemMatrix,
    SparseItemMatrix,
)
from lorewise.models.linear_settings import LinearSettings


@dataclass(frozen=True)
class KnowledgeLift:
    """Adds to each column what ``ColdColumns`` reads off the item's vector, the less it is known.

    Column j becomes ``B[:, j] + lift * t / (t + n_j) * reader (v_j - center)``, with n_j events and
    t = ``trust_events``. A cold item's column is read when it is asked for: it stays out of this.
    """

    reader: Embeddings
    """See ``ColdColumns``; shape ``(n_items, dim)``."""

    vectors: Embeddings
    """Of the items whose columns they are, centered, times their share; ``(n_wanted, dim)``."""

    @classmethod
    def of(
        cls,
        cold: ColdColumns,
        vectors: Embeddings,
        item_counts: NDArray[np.int64],
        settings: LinearSettings,
    ) -> Self:
        """Weigh the vectors of some items; the arguments' rows pair up."""
        is_spoken_for = (item_counts > 0) & vectors.any(axis=1)
        trust = settings.trust_events / (settings.trust_events + item_counts)
        shares = np.where(is_spoken_for, settings.knowledge_lift * trust, 0).astype(np.float32)
        return cls(cold.reader, (vectors - cold.center) * shares[:, None])

    def of_matrix(
        self,
        matrix: ItemMatrix,
        near: ItemNumbers,
        settings: LinearSettings,
        *,
        excludes_self: bool,
    ) -> ItemMatrix:
        """Return the matrix with all columns lifted.

        Args:
            matrix: As the events alone made it.
            near: Items near to each in the text: of a sparse matrix they may enter the column.
            settings: Of the fit.
            excludes_self: Whether an item may not predict itself.
        """
        if isinstance(matrix, DenseItemMatrix):
            return self._of_dense(matrix, excludes_self=excludes_self)
        columns = matrix.by_column(settings.n_coefficients)
        lifted = self.of_columns(columns, near[:, : settings.n_neighbors])
        return SparseItemMatrix.of(*lifted, len(self.vectors))

    def _of_dense(self, matrix: DenseItemMatrix, *, excludes_self: bool) -> DenseItemMatrix:
        values = matrix.values.copy()
        for start in range(0, len(values), ROWS_AT_ONCE):
            values[start : start + ROWS_AT_ONCE] += (
                self.reader[start : start + ROWS_AT_ONCE] @ self.vectors.T
            )
        if excludes_self:
            np.fill_diagonal(values, 0)
        return DenseItemMatrix(values)

    def of_columns(
        self, columns: tuple[ItemNumbers, Scores], near: ItemNumbers
    ) -> tuple[ItemNumbers, Scores]:
        """Return sparse columns lifted; as many coefficients are kept as there were.

        Args:
            columns: Sources and coefficients as ``LocalProblem.solve`` gives them.
            near: Items near to each in the text: they may enter; -1 where there are fewer.
        """
        from lorewise.models.knowledge_lift_kernels import lifted_columns

        return lifted_columns(*columns, np.ascontiguousarray(near), self.reader, self.vectors)
