"""Two trained towers, and what they read of the catalog."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.models.array_parts import part_of
from lorewise.models.sparse_rows import SparseRows
from lorewise.models.two_layers import of_unit_length, two_layers
from lorewise.stages import Arrays


@dataclass(frozen=True)
class Towers:
    """Turn items, and the means of liked items, into unit rows of one space."""

    weights: Arrays
    """Of the towers ``item`` and ``user``, by name; empty before training."""

    inputs: Embeddings
    """What both read of each item: the id's vector, zeros without events, beside the features,
    zeros without a vector; ``(n_items, dim + n_features)``."""

    is_known: NDArray[np.bool_]
    """Shape ``(n_items,)``."""

    dim: int

    @classmethod
    def untrained(cls, features: Embeddings, dim: int) -> Self:
        """Return towers that know no item yet."""
        nobody = np.zeros(len(features), dtype=np.bool_)
        return cls({}, np.pad(features, ((0, 0), (dim, 0))), nobody, dim)

    def trained(self, weights: Arrays, items: ItemNumbers) -> Self:
        """Return towers with these weights, among them the ``ids`` of these items."""
        inputs = self.inputs.copy()
        inputs[items, : self.dim] = weights["ids"]
        towers = {name: array for name, array in weights.items() if name != "ids"}
        return replace(self, weights=towers, inputs=inputs, is_known=np.asarray(inputs.any(axis=1)))

    def items(self) -> Embeddings:
        """Return ``(n_items, dim)``; NaN for items of which nothing is known."""
        return np.where(self.is_known[:, None], self._up("item", self.inputs), np.float32(np.nan))

    def people(self, shares: SparseRows) -> Embeddings:
        """Return people by what they like, ``(n_people, n_items)``, rows of sum 1."""
        return self._up("user", np.asarray(shares @ self.inputs, dtype=np.float32))

    def people_of_one_item(self) -> Embeddings:
        """Return whoever likes this item alone; ``(n_items, dim)``."""
        return self._up("user", self.inputs)

    def _up(self, name: str, inputs: Embeddings) -> Embeddings:
        if not self.weights:
            return np.zeros((len(inputs), self.dim), dtype=np.float32)
        rows: Embeddings = of_unit_length(two_layers(inputs, self.weights, name))
        return rows.astype(np.float32, copy=False)

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved."""
        weights = {f"weights.{name}": array for name, array in self.weights.items()}
        return {"inputs": self.inputs, "is_known": self.is_known, **weights}

    @classmethod
    def from_arrays(cls, arrays: Arrays, dim: int) -> Self:
        """Return what ``to_arrays`` described."""
        return cls(part_of(arrays, "weights"), arrays["inputs"], arrays["is_known"], dim)
