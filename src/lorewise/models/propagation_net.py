"""A trained net on knowledge, and what two hops of the graph bring its vectors."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, Scores
from lorewise.models.array_parts import part_of
from lorewise.models.propagation_settings import NET
from lorewise.models.sparse_rows import SparseRows, row_numbers, sparse_rows, with_values
from lorewise.models.two_layers import of_unit_length, two_layers
from lorewise.stages import Arrays


@dataclass(frozen=True, kw_only=True)
class PropagationNet:
    """Turns items and people, known by their likes alone, into unit rows of one space."""

    weights: Arrays
    """Of the layers, by name."""

    features: Embeddings
    """What is known of each item, zeros where nothing is; ``(n_items, n_features)``."""

    degrees: Scores
    """Sum of the likes of each item in training; shape ``(n_items,)``."""

    neighbors: Embeddings
    """What one hop from the people who like it brings each item; ``(n_items, dim)``."""

    items: Embeddings
    """The items' vectors; NaN where nothing is known; ``(n_items, dim)``."""

    @classmethod
    def untrained(cls, features: Embeddings, liked: SparseRows, dim: int) -> Self:
        """Return a net that knows no item yet, but how often each is liked."""
        return cls(
            weights={},
            features=features,
            degrees=np.asarray(liked.sum(axis=0), dtype=np.float32),
            neighbors=np.zeros((len(features), dim), dtype=np.float32),
            items=np.full((len(features), dim), np.nan, dtype=np.float32),
        )

    def trained(self, weights: Arrays, liked: SparseRows) -> Self:
        """Return the net with these weights, its vectors passed along these likes."""
        net, hop = replace(self, weights=weights), self.hop(liked)
        neighbors = np.asarray(hop.T @ net.made_of(self.means(liked)), dtype=np.float32)
        reached = net.own + neighbors + hop.T @ (hop @ net.own)
        is_known = self.features.any(axis=1) | (self.degrees > 0)
        items = np.where(is_known[:, None], of_unit_length(reached), np.nan).astype(np.float32)
        return replace(net, neighbors=neighbors, items=items)

    @cached_property
    def is_known(self) -> NDArray[np.bool_]:
        """Items with a vector or with likes; shape ``(n_items,)``."""
        return np.asarray(np.isfinite(self.items).all(axis=1))

    @cached_property
    def own(self) -> Embeddings:
        """What the layers make of each item, without neighbors; zeros without a vector."""
        is_described = np.asarray(self.features.any(axis=1))[:, None]
        return np.where(is_described, self.made_of(self.features), np.float32(0))

    def made_of(self, features: Embeddings) -> Embeddings:
        """Return what the layers make of these features; ``(n, dim)``."""
        if not self.weights:
            return np.zeros((len(features), self.items.shape[1]), dtype=np.float32)
        rows: Embeddings = two_layers(features, self.weights, NET)
        return rows

    def people(self, liked: SparseRows) -> Embeddings:
        """Return people by what they like, ``(n_people, n_items)``."""
        reached = self.made_of(self.means(liked)) + self.hop(liked) @ (self.own + self.neighbors)
        rows: Embeddings = of_unit_length(reached)
        return rows.astype(np.float32, copy=False)

    def people_of_one_item(self) -> Embeddings:
        """Return whoever likes this item alone; ``(n_items, dim)``."""
        n_items = len(self.items)
        each = np.arange(n_items + 1)
        ones = np.ones(n_items, dtype=np.float32)
        return self.people(sparse_rows(ones, each[:-1].astype(np.int32), each, n_items))

    def means(self, liked: SparseRows) -> Embeddings:
        """Return the mean features of these likes; ``(n_people, n_features)``."""
        sizes = liked @ np.asarray(self.features.any(axis=1), dtype=np.float32)
        means = (liked @ self.features) / np.where(sizes > 0, sizes, 1)[:, None]
        return np.asarray(means, dtype=np.float32)

    def hop(self, liked: SparseRows) -> SparseRows:
        """Return each like divided by the roots of both sides' sums."""
        people = np.asarray(liked.sum(axis=1), dtype=np.float32)
        items = np.where(self.degrees > 0, self.degrees, 1)  # one like of an item that is new
        both = people[row_numbers(liked)] * items[liked.indices]
        return with_values(liked, (liked.data / np.sqrt(both)).astype(np.float32))

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved."""
        return {
            "features": self.features,
            "degrees": self.degrees,
            "neighbors": self.neighbors,
            "items": self.items,
            **{f"weights.{name}": array for name, array in self.weights.items()},
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what ``to_arrays`` described."""
        return cls(
            weights=part_of(arrays, "weights"),
            features=arrays["features"],
            degrees=arrays["degrees"],
            neighbors=arrays["neighbors"],
            items=arrays["items"],
        )
