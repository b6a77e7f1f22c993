"""What a factorization machine has learned: rows of users and of items, and a map of vectors."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings
from lorewise.errors import DataError
from lorewise.models.factorization_settings import FactorizationSettings
from lorewise.stages import Arrays

USER_ONE, ITEM_ONE = 0, -1
"""The columns that stay 1: the one that meets the items' biases, and the users'."""

SMALLEST_SQUARE = np.float32(1e-20)
"""Keeps a column that has no gradient where it is."""

FIRST_VALUES = 1
"""Tells the seed of first values from that of an epoch; not 0, which would not change a seed."""


@dataclass(frozen=True)
class LearnedRows:
    """Rows, with what their next steps depend on."""

    values: Embeddings
    """Shape ``(n, n_components + 2)``."""

    squares: Embeddings
    """Squared gradients, summed from 1 on, or under ``adadelta`` their moving mean; same shape."""

    changes: Embeddings
    """Under ``adadelta`` the moving mean of the squared changes; else of width 0."""

    @classmethod
    def empty(cls, n_columns: int, *, by_adadelta: bool) -> Self:
        """Return no rows, for steps of this kind."""
        nothing = np.zeros((0, n_columns), dtype=np.float32)
        return cls(nothing, nothing, nothing if by_adadelta else nothing[:, :0])

    def __len__(self) -> int:
        return len(self.values)

    @property
    def parts(self) -> tuple[Embeddings, Embeddings, Embeddings]:
        """The arrays as the kernels take them."""
        return self.values, self.squares, self.changes

    def with_new(self, values: Embeddings) -> Self:
        """Return these rows and then others, which have made no step yet."""
        by_adadelta = self.changes.shape[1] > 0
        squares = np.zeros_like(values) if by_adadelta else np.ones_like(values)
        changes = np.zeros((len(values), self.changes.shape[1]), dtype=np.float32)
        pairs = zip(self.parts, (values, squares, changes), strict=True)
        return type(self)(*(np.concatenate(pair) for pair in pairs))

    def at(self, rows: NDArray[np.integer[Any]]) -> Self:
        """Return a copy of the rows of these numbers, in that order."""
        return type(self)(*(part[rows] for part in self.parts))

    def to_arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """Return the arrays to be saved, under names that start with ``name``."""
        keys = (f"{name}_values", f"{name}_squares", f"{name}_changes")
        return dict(zip(keys, self.parts, strict=True))

    @classmethod
    def from_arrays(cls, name: str, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return what ``to_arrays`` described."""
        return cls(*(arrays[f"{name}_{part}"] for part in ("values", "squares", "changes")))


@dataclass(frozen=True)
class VectorMap:
    """W, from the vector of an item to what it adds to the item's bias and factors.

    A column steps as a whole, by ``learning_rate`` at most: the single dimensions of a vector mean
    nothing, and one step size for each would be hundreds of steps at once for an item.
    """

    values: Embeddings
    """Shape ``(dim, n_components + 2)``; the last column stays 0."""

    squares: NDArray[np.float32]
    """Squared length of each column's gradients, summed; shape ``(n_components + 2,)``."""

    def __len__(self) -> int:
        return len(self.values)

    def stepped(self, gradients: Embeddings, rate: float) -> Self:
        """Return it one step further down; ``gradients`` has the shape of ``values``."""
        squares = self.squares + np.square(gradients).sum(axis=0)
        steps = np.float32(rate) * gradients / np.sqrt(np.maximum(squares, SMALLEST_SQUARE))
        return type(self)(self.values - steps, squares)


@dataclass(frozen=True)
class Machine:
    """The state of learning, from which it can go on."""

    users: LearnedRows
    """``[1, factors, bias]``."""

    items: LearnedRows
    """``[bias, factors, 1]``: an item's own part and what its vector adds, as one sum."""

    vector_map: VectorMap

    n_epochs: int = 0
    """Passes made so far."""

    @classmethod
    def empty(cls, dim: int, settings: FactorizationSettings) -> Self:
        """Return one that knows nobody, for vectors of this many dimensions."""
        n_columns = settings.n_components + 2
        nobody = LearnedRows.empty(n_columns, by_adadelta=settings.schedule == "adadelta")
        nothing = np.zeros((dim + 1, n_columns), dtype=np.float32)
        return cls(nobody, nobody, VectorMap(nothing[:dim], nothing[dim]))

    def grown(self, dataset: Dataset, vectors: Embeddings, settings: FactorizationSettings) -> Self:
        """Return it with rows for the users and items at the end of the data that it lacks.

        Chance runs over ids in alphabetical order. A cold item has no part of its own: it is what
        its vector says.

        Raises:
            DataError: The data have fewer users or items, or vectors of another size.
        """
        self._check_growth(dataset, vectors)
        rng = np.random.default_rng((settings.seed, self.n_epochs, FIRST_VALUES))
        users = _first_values(dataset.users.array[len(self.users) :], USER_ONE, settings, rng)
        items = _first_values(dataset.items.array[len(self.items) :], ITEM_ONE, settings, rng)
        items[dataset.item_counts[len(self.items) :] == 0, :ITEM_ONE] = 0
        items += self._mapped(vectors[len(self.items) :])
        return replace(self, users=self.users.with_new(users), items=self.items.with_new(items))

    def with_arrivals(self, vectors: Embeddings) -> Self:
        """Return it with more items, which are what their vectors say; shape ``(n_new, dim)``.

        Raises:
            DataError: The vectors are of another size.
        """
        self._check_dim(vectors)
        items = self._mapped(vectors)
        items[:, ITEM_ONE] = 1
        return replace(self, items=self.items.with_new(items))

    def _mapped(self, vectors: Embeddings) -> Embeddings:
        rows: Embeddings = vectors @ self.vector_map.values
        return rows

    def _check_dim(self, vectors: Embeddings) -> None:
        if vectors.shape[1] != len(self.vector_map):
            raise DataError(
                f"vectors have {vectors.shape[1]} dimensions, those of the fit "
                f"{len(self.vector_map)}; encode all items in the same way"
            )

    def _check_growth(self, dataset: Dataset, vectors: Embeddings) -> None:
        if len(vectors) != dataset.n_items:
            raise DataError(
                f"{len(vectors)} vectors for {dataset.n_items} items; give one row per item"
            )
        self._check_dim(vectors)
        if dataset.n_users < len(self.users) or dataset.n_items < len(self.items):
            raise DataError(
                f"the dataset has {dataset.n_users} users and {dataset.n_items} items, the scorer "
                f"{len(self.users)} and {len(self.items)}; give one with the same in the same "
                "order, new ones last, or fit again"
            )

    def to_arrays(self) -> Arrays:
        """Return the arrays to be saved."""
        return (
            self.users.to_arrays("users")
            | self.items.to_arrays("items")
            | {
                "map_values": self.vector_map.values,
                "map_squares": self.vector_map.squares,
                "n_epochs": np.array(self.n_epochs),
            }
        )

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return what ``to_arrays`` described."""
        users, items = (LearnedRows.from_arrays(name, arrays) for name in ("users", "items"))
        vector_map = VectorMap(arrays["map_values"], arrays["map_squares"])
        return cls(users, items, vector_map, int(arrays["n_epochs"]))


def _first_values(
    ids: NDArray[np.object_], one: int, settings: FactorizationSettings, rng: np.random.Generator
) -> Embeddings:
    """Return small random factors, biases of 0, and 1 in the column ``one``."""
    n_components = settings.n_components
    values = np.zeros((len(ids), n_components + 2), dtype=np.float32)
    draws = (rng.random((len(ids), n_components), dtype=np.float32) - 0.5) / n_components
    values[np.argsort(ids, kind="stable"), 1:-1] = draws
    values[:, one] = 1
    return values
