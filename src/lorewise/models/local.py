"""The scalable solver: one small ridge per item, over the items that can matter to it."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lorewise.data.primitives import ItemNumbers, Scores
from lorewise.models.linear_settings import LinearSettings, ridge_too_small
from lorewise.models.pairs import PairCounts
from lorewise.models.text_prior import TextPrior

SHARE_OF_NEAR = 4
"""One regressor for every so many predecessors is an item that is often near, in any order."""


@dataclass(frozen=True)
class LocalProblem:
    """All that any column needs; columns are solved independently of each other."""

    gram: sparse.csr_array
    """S'S."""

    predecessors: sparse.csr_array
    """T'S; for plain EASE the Gram matrix itself."""

    prior: TextPrior

    excludes_self: bool
    """Whether an item may not predict itself (EASE)."""

    @classmethod
    def of(cls, pairs: PairCounts, prior: TextPrior, *, excludes_self: bool) -> Self:
        """Return the problem of all columns."""
        gram = pairs.sparse_gram()
        predecessors = gram if excludes_self else pairs.sparse_predecessors()
        return cls(gram, predecessors, prior, excludes_self)

    @classmethod
    def around(
        cls,
        wanted: ItemNumbers,
        neighbors: ItemNumbers,
        pairs: PairCounts,
        prior: TextPrior,
        *,
        excludes_self: bool,
    ) -> Self:
        """Return the problem of some columns (``wanted``, rising), with the rows that they need."""
        near = pairs.sparse_gram(wanted)
        predecessors = near if excludes_self else pairs.sparse_predecessors(wanted)
        met = (near.indices, predecessors.indices, neighbors[neighbors >= 0])
        rows = np.unique(np.concatenate([wanted, *met])).astype(np.int32)
        return cls(pairs.sparse_gram(rows), predecessors, prior, excludes_self)

    def solve(
        self, wanted: ItemNumbers, neighbors: ItemNumbers, settings: LinearSettings
    ) -> tuple[ItemNumbers, Scores]:
        """Solve the wanted items' columns.

        Args:
            wanted: Shape ``(n_wanted,)``.
            neighbors: Their text neighbors, -1 where there are fewer; ``(n_wanted, n_neighbors)``.
            settings: Ridge, prior and sizes.

        Returns:
            Source items, -1 where there are fewer, and coefficients, most important first; both
            ``(n_wanted, n_coefficients)``.

        Raises:
            SettingsError: The ridge is lost in rounding beside the data.
        """
        import numba

        from lorewise.models.local_kernels import solve_columns

        n_near = settings.n_predecessors // SHARE_OF_NEAR
        diagonal = self.gram.diagonal().astype(np.float32)
        kept, coefficients, is_solved = solve_columns(
            wanted,
            _csr(self.gram),
            _csr(self.predecessors),
            np.ascontiguousarray(neighbors),
            self.prior.whitened,
            self.prior.scales,
            diagonal,
            np.full(len(wanted), settings.prior, dtype=np.float32),
            float(settings.ridge),
            (settings.n_predecessors, n_near, settings.n_coefficients),
            self.excludes_self,
            np.full((numba.get_num_threads(), len(diagonal)), -1, dtype=np.int32),
        )
        if not is_solved.all():
            raise ridge_too_small(settings.ridge, float(diagonal.max()))
        return kept, coefficients


def _csr(matrix: sparse.csr_array) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    columns = matrix.indices.astype(np.int32, copy=False)
    return matrix.indptr.astype(np.int64), columns, matrix.data
