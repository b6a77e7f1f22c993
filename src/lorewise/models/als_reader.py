"""What an item's vector says about its factors."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from lorewise.data.primitives import Embeddings
from lorewise.models.text_prior import vector_gram


def described(vectors: Embeddings) -> NDArray[np.bool_]:
    """Return which items anything is known of; shape ``(n_items,)``."""
    return np.asarray(vectors.any(axis=1))


def with_constant(vectors: Embeddings) -> Embeddings:
    """Return the rows with a 1 at their end, 0 where nothing is known of the item.

    So what all items have in common is no matter of any one trait.
    """
    constant = described(vectors).astype(np.float32)
    return np.column_stack([vectors, constant]).astype(np.float32, copy=False)


@dataclass(frozen=True)
class FactorReader:
    """The ridge regression of item factors on item vectors, for one set of items."""

    known: Embeddings
    """The items' vectors and the constant; shape ``(n_items, dim + 1)``."""

    solution: Embeddings
    """``inv(known' known + ridge I) known'``, which does not change with the factors."""

    @classmethod
    def of(cls, vectors: Embeddings, *, ridge: float) -> Self:
        """Prepare for these items; ``ridge`` above 0, in items."""
        known = with_constant(vectors)
        gram = vector_gram(known)
        gram[np.diag_indices(len(gram))] += ridge
        return cls(known, linalg.solve(gram, known.T, assume_a="pos").astype(np.float32))

    def weights(self, factors: Embeddings) -> Embeddings:
        """Return what turns a vector with its constant into factors; ``(dim + 1, n_components)``.

        They minimize ``|factors - known weights|^2 + ridge |weights|^2``.
        """
        weights: Embeddings = self.solution @ factors
        return weights

    def expected(self, factors: Embeddings) -> Embeddings:
        """Return the factors that the vectors lead to expect; zeros where nothing is known."""
        expected: Embeddings = self.known @ self.weights(factors)
        return expected


def factors_from(vectors: Embeddings, weights: Embeddings) -> Embeddings:
    """Return the factors of items nobody has met; NaN where nothing is known of them."""
    read = with_constant(vectors) @ weights
    return np.where(described(vectors)[:, None], read, np.float32(np.nan))
