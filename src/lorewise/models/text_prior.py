"""What the items' own vectors say about which item leads to which, before any behavior."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.models.nearest import nearest

ROWS_AT_ONCE = 16_384


@dataclass(frozen=True)
class TextPrior:
    """The text-to-text EASE C, never written out.

    ``C[i, j] = whitened[i] . whitened[j] * scales[j]`` off the diagonal. C is the ridge regression
    of each item's vector on all others'. With F the ``(n_items, dim)`` vectors and
    M = inv(F'F + ridge I), the Woodbury identity gives C[i, j] = f_i M f_j / (1 - f_j M f_j) off
    the diagonal, so only a ``dim`` x ``dim`` matrix is ever inverted.

    Source: Steck, WWW 2019, equation 8, on text as in L3AE (Moon et al., CIKM 2025).
    """

    whitened: Embeddings
    """F times a root of M; shape ``(n_items, dim)``."""

    scales: Scores
    """``1 / (1 - |whitened[j]|^2)``; shape ``(n_items,)``."""

    @classmethod
    def fit(cls, vectors: Embeddings, *, ridge: float) -> Self:
        """Whiten unit vectors; ``ridge`` above 0, in units of one item."""
        dim = vectors.shape[1]
        if dim == 0:
            return cls(vectors, np.ones(len(vectors), dtype=np.float32))
        gram = vector_gram(vectors)
        gram[np.diag_indices(dim)] += ridge
        # F'F + ridge I = L L', so inv(L') is a root of its inverse.
        lower = linalg.cholesky(gram, lower=True)
        root = linalg.solve_triangular(lower, np.eye(dim), lower=True).T.astype(np.float32)
        whitened = np.ascontiguousarray(vectors @ root, dtype=np.float32)
        lengths = np.minimum(np.einsum("ij,ij->i", whitened, whitened), 1 - 1e-6)
        return cls(whitened, (1 / (1 - lengths)).astype(np.float32))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is known about the items, so that C is 0."""
        return bool(self.whitened.shape[1] == 0)

    def dense(self) -> Scores:
        """Return C, shape ``(n_items, n_items)``, with a zero diagonal."""
        similar: Scores = self.whitened @ self.whitened.T
        similar *= self.scales
        np.fill_diagonal(similar, 0)
        return similar

    def nearest(self, wanted: ItemNumbers, k: int) -> ItemNumbers:
        """Return the k largest entries of each wanted column of C; -1 where there are fewer.

        Exact up to some 50,000 items, from an approximate index above. Shape ``(n_wanted, k)``;
        -1 throughout for an item whose vector is zero.
        """
        found = nearest(self.whitened, wanted, k)
        found[~self.whitened[wanted].any(axis=1)] = -1
        return found


def vector_gram(vectors: Embeddings) -> NDArray[np.float64]:
    """Return F'F, shape ``(dim, dim)``, summed in double precision so that it can be inverted."""
    dim = vectors.shape[1]
    gram = np.zeros((dim, dim))
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = vectors[start : start + ROWS_AT_ONCE].astype(np.float64)
        gram += part.T @ part
    return gram
