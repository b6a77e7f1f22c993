"""How a factorization machine reads a user's row off a history, whoever it belongs to."""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings
from lorewise.data.queries import Queries
from lorewise.models.factorization_machine import Machine
from lorewise.models.factorization_settings import FactorizationSettings
from lorewise.models.histories import history_rows
from lorewise.models.rating_scale import RatingScale
from lorewise.models.strengths import EventStrengths
from lorewise.stages import Arrays

SMALLEST_SQUARE = 1e-8
"""A mean square below this is that of numbers which have not learned anything."""


class FoldIn(Protocol):
    """Reads histories."""

    def user_rows(self, item_rows: Embeddings, queries: Queries) -> Embeddings:
        """Return ``[1, factors, bias]`` of each query; shape ``(n_queries, n_columns)``."""
        ...

    def to_arrays(self) -> Arrays:
        """Return what was learned and is to be saved."""
        ...


@dataclass(frozen=True)
class RankingFoldIn:
    """The ridge regression of a history on the items' factors: ``p = s Q inv(Q'Q + ridge I)``.

    s is what each event weighs, a dislike below 0 and all other items 0; Q are the factors of the
    items that somebody has chosen. Histories of the training data get factors that are as long,
    on root mean square, as those learned for their users, and so weigh as much beside the biases.
    """

    reader: NDArray[np.float32]
    """``inv(Q'Q + ridge I)``, scaled; shape ``(n_components, n_components)``."""

    strengths: EventStrengths
    dislike_weight: float

    @classmethod
    def fit(cls, machine: Machine, dataset: Dataset, settings: FactorizationSettings) -> Self:
        """Learn to read histories from those of the training data."""
        factors = machine.items.values[dataset.item_counts > 0, 1:-1].astype(np.float64)
        gram = factors.T @ factors
        strengths = EventStrengths.fit(dataset, history_tau=settings.history_tau)
        ridge = max(settings.fold_in_ridge * float(np.trace(gram)) / len(gram), SMALLEST_SQUARE)
        reader = np.linalg.inv(gram + ridge * np.eye(len(gram))).astype(np.float32)
        rough = cls(reader, strengths, settings.dislike_weight)
        folded = rough.user_rows(machine.items.values, dataset.queries())
        scale = np.sqrt(_mean_square(machine.users.values) / _mean_square(folded))
        return cls(np.float32(scale) * reader, strengths, settings.dislike_weight)

    def user_rows(self, item_rows: Embeddings, queries: Queries) -> Embeddings:
        """Return ``[1, factors, 0]`` of each query."""
        strengths = self.strengths.of(queries)
        signed = np.where(strengths < 0, np.float32(self.dislike_weight) * strengths, strengths)
        histories = history_rows(queries, signed, len(item_rows))
        rows = np.zeros((len(queries), item_rows.shape[1]), dtype=np.float32)
        rows[:, 0] = 1
        rows[:, 1:-1] = histories @ (item_rows[:, 1:-1] @ self.reader)
        return rows

    def to_arrays(self) -> Arrays:
        """Return the arrays to be saved."""
        return {"reader": self.reader, "typical": np.array(self.strengths.typical)}


@dataclass(frozen=True)
class PointwiseFoldIn:
    """What a history, and the spread of the users in training, say of a user's factors and bias.

    One step of Newton's method from the average user to the most likely one; for ``squared`` that
    is the ridge regression of the ratings, and exact.
    """

    ridges: NDArray[np.float32]
    """The noise over the spread of each column of the users; shape ``(n_components + 1,)``."""

    strengths: EventStrengths
    scale: RatingScale
    is_squared: bool

    @classmethod
    def fit(cls, machine: Machine, dataset: Dataset, settings: FactorizationSettings) -> Self:
        """Learn the spread of the users and, for ``squared``, the noise of the ratings."""
        scale, noise = RatingScale.of(dataset.ratings), 1.0
        is_squared = settings.loss == "squared"
        if is_squared:
            noise = _noise(machine, dataset, scale)
        has_history = np.diff(dataset.offsets) > 0
        spread = np.square(machine.users.values[has_history, 1:]).sum(axis=0)
        spread /= max(1, has_history.sum())
        ridges = settings.fold_in_ridge * noise / np.maximum(spread, SMALLEST_SQUARE)
        strengths = EventStrengths.fit(dataset, history_tau=settings.history_tau)
        return cls(ridges.astype(np.float32), strengths, scale, is_squared)

    def user_rows(self, item_rows: Embeddings, queries: Queries) -> Embeddings:
        """Return ``[1, factors, bias]`` of each query; events that say nothing do not count."""
        from lorewise.models.factorization_fold_in_kernels import solve_users

        biases = item_rows[queries.item_numbers, 0]
        sizes = np.abs(self.strengths.of(queries))
        if self.is_squared:
            sizes[np.isnan(queries.ratings)] = 0
            curvatures = sizes
            missed = np.nan_to_num(queries.ratings - np.float32(self.scale.mean)) - biases
        else:
            expected = 1 / (1 + np.exp(-biases))
            curvatures = sizes * expected * (1 - expected)
            missed = (queries.weights > 0) - expected
        rows = np.zeros((len(queries), item_rows.shape[1]), dtype=np.float32)
        rows[:, 0] = 1
        events = item_rows[queries.item_numbers, 1:]
        # A copy, since loaded arrays may be read-only, for which the kernel would be compiled
        # again: the same numbers could then round otherwise.
        ridges = self.ridges.copy()
        solve_users(queries.offsets, events, curvatures, sizes * missed, ridges, rows[:, 1:])
        return rows

    def to_arrays(self) -> Arrays:
        """Return the arrays to be saved."""
        return {"ridges": self.ridges, "typical": np.array(self.strengths.typical)}


def fold_in_from(arrays: Arrays, scale: RatingScale, settings: FactorizationSettings) -> FoldIn:
    """Return what ``to_arrays`` described; ``scale`` is that of the ratings in training."""
    strengths = EventStrengths(float(arrays["typical"]), settings.history_tau)
    if settings.is_pointwise:
        return PointwiseFoldIn(arrays["ridges"], strengths, scale, settings.loss == "squared")
    return RankingFoldIn(arrays["reader"], strengths, settings.dislike_weight)


def _mean_square(user_rows: Embeddings) -> float:
    squares = np.square(user_rows[:, 1:-1], dtype=np.float64)
    return max(float(squares.sum()) / max(1, squares.size), SMALLEST_SQUARE)


def _noise(machine: Machine, dataset: Dataset, scale: RatingScale) -> float:
    """Return the mean square of what the learned rows miss of the ratings."""
    rated = np.flatnonzero(~np.isnan(dataset.ratings))
    users = machine.users.values[dataset.user_numbers[rated]]
    items = machine.items.values[dataset.item_numbers[rated]]
    missed = dataset.ratings[rated] - scale.mean - np.einsum("ec,ec->e", users, items)
    return max(float(np.square(missed).sum()) / max(1, len(missed)), SMALLEST_SQUARE)
