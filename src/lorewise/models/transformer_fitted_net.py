"""A trained net with what it knows of the catalog."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.models.array_parts import part_of
from lorewise.models.transformer_histories import Histories
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.stages import Arrays

if TYPE_CHECKING:
    from lorewise.models.neural_weights import Weights

IDS, KNOWLEDGE = "ids", "knowledge"
"""Names of the nets."""

LEAST_SPREAD = 1e-6
"""A state that tells no items apart would be divided by nothing."""


@dataclass(frozen=True, kw_only=True)
class FittedNet:
    """Turns what was chosen into vectors whose inner products with items are standard scores."""

    weights: Arrays
    """Of the net, by name."""

    table: Embeddings
    """The items' vectors, zeros for those that the net does not know; ``(n_items, dim)``."""

    is_known: NDArray[np.bool_]
    """Shape ``(n_items,)``."""

    center: Embeddings
    """Mean vector of the items with events; shape ``(dim,)``."""

    spread: Embeddings
    """Their covariance; shape ``(dim, dim)``."""

    curve: Scores
    """Validation after each epoch, see ``TrainedNet``."""

    @classmethod
    def of(
        cls,
        weights: Arrays,
        table: Embeddings,
        masks: tuple[NDArray[np.bool_], NDArray[np.bool_]],
        curve: tuple[float, ...],
    ) -> Self:
        """Measure the vectors; ``masks`` tell which items are known, and which of them warm."""
        is_known, is_warm = masks
        warm = table[is_warm].astype(np.float64)
        center = warm.mean(axis=0)
        spread = (warm - center).T @ (warm - center) / len(warm)
        return cls(
            weights=weights,
            table=table,
            is_known=is_known,
            center=center.astype(np.float32),
            spread=spread.astype(np.float32),
            curve=np.array(curve, dtype=np.float32),
        )

    @cached_property
    def rows(self) -> Embeddings:
        """The known items' vectors less their mean, zeros for the others; ``(n_items, dim)``."""
        rows: Embeddings = np.where(self.is_known[:, None], self.table - self.center, np.float32(0))
        return rows

    def reached(self, queries: Queries, settings: TransformerSettings) -> Embeddings:
        """Return a vector for the start of each query and for each step after, end to end.

        Shape ``(n_events + n_queries, dim)``. Its inner products with ``rows`` are the scores at
        that step, with mean 0 and standard deviation 1 over the items with events. An event that
        the net does not know changes nothing. No query may be longer than ``max_length``.
        """
        from lorewise.models.transformer_reading import all_states

        numbers = np.arange(len(self.table), dtype=np.int32)
        names = np.where(self.is_known, numbers, np.int32(-1))
        histories = Histories.of(queries, names)
        states = all_states(self._tensors, self.table, histories, settings)
        spreads = np.sqrt(np.einsum("nd,nd->n", states @ self.spread, states))
        states /= np.maximum(spreads, LEAST_SPREAD)[:, None]
        n_known = np.concatenate([[0], np.cumsum(self.is_known[queries.item_numbers])])
        owners = np.repeat(np.arange(len(queries)), queries.lengths + 1)
        reached: Embeddings = states[n_known[np.arange(len(owners)) - owners] + owners]
        return reached

    @cached_property
    def _tensors(self) -> "Weights":
        from lorewise.models.neural_weights import as_tensors

        return as_tensors(self.weights)

    def to_arrays(self, name: str) -> Arrays:
        """Return all that has to be saved, under names that start with ``name``."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "weights"}
        weights = {f"weights.{key}": array for key, array in self.weights.items()}
        return {f"{name}.{key}": array for key, array in (plain | weights).items()}

    @classmethod
    def from_arrays(cls, arrays: Arrays, name: str) -> Self:
        """Return what ``to_arrays`` described."""
        weights = part_of(arrays, f"{name}.weights")
        plain: dict[str, Any] = {
            f.name: arrays[f"{name}.{f.name}"] for f in fields(cls) if f.name != "weights"
        }
        return cls(weights=weights, **plain)
