"""Trains the net whose vectors pass along the graph of likes.

Imports PyTorch; import this module only where the net is trained.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from lorewise.data.primitives import Embeddings
from lorewise.models.neural_checkpoint import Checkpoint
from lorewise.models.neural_loss import DrawnItems, sampled_loss, target_weights
from lorewise.models.neural_training import FEWEST_STEPS, Trained, train_weights
from lorewise.models.neural_weights import Weights, as_arrays, as_tensors
from lorewise.models.propagation_settings import NET, PropagationSettings
from lorewise.models.sparse_rows import SparseRows, row_numbers
from lorewise.models.two_layers import initial_layers, of_unit_length, two_layers
from lorewise.stages import Arrays


@dataclass(frozen=True)
class PropagationTask:
    """What the net learns from; users and items are numbered by this task alone."""

    graph: SparseRows
    """Weight of each like, divided by the roots of both sides' sums; ``(n_users, n_items)``."""

    user_features: Embeddings
    """Mean of the features of a user's likes; ``(n_users, n_features)``."""

    item_features: Embeddings
    """Zeros where nothing is known; ``(n_items, n_features)``."""

    settings: PropagationSettings


def train_net(
    task: PropagationTask,
    figure: Callable[[Arrays], float] | None,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Return the net's weights after the epoch with the best figure."""
    rng = np.random.default_rng([task.settings.seed, 0])
    arrays = initial_layers(NET, task.item_features.shape[1], task.settings.dim, rng)
    return train_weights(
        as_tensors(arrays),
        _PropagationTraining(task).losses,
        task.settings,
        figure=None if figure is None else lambda weights: figure(as_arrays(weights)),
        checkpoint=checkpoint,
    )


class _PropagationTraining:
    """The losses of an epoch."""

    def __init__(self, task: PropagationTask) -> None:
        self.settings = task.settings
        graph = task.graph.sorted_indices()  # chance is dealt out in this order
        self.users, self.items = row_numbers(graph), graph.indices.astype(np.int64)
        counts = np.bincount(self.items, minlength=len(task.item_features))
        self.each = target_weights(counts, task.settings.propensity)
        self.sides = _Sides(task)

    def losses(self, weights: Weights, rng: np.random.Generator) -> Iterator[Tensor]:
        """Yield one loss per batch; together they learn from each like once."""
        n_likes = len(self.users)
        n_rows = max(1, min(self.settings.batch_likes, n_likes // FEWEST_STEPS))
        order = rng.permutation(n_likes)
        for start in range(0, n_likes, n_rows):
            yield self._loss(weights, order[start : start + n_rows], rng)

    def _loss(self, weights: Weights, rows: NDArray[np.int64], rng: np.random.Generator) -> Tensor:
        users, items = (of_unit_length(side) for side in self.sides.passed_on(weights))
        targets = torch.from_numpy(self.items[rows])
        drawn = DrawnItems.alike(len(items), self.settings.n_negatives, rng)
        return sampled_loss(
            users[torch.from_numpy(self.users[rows])] / self.settings.temperature,
            items[targets],
            items[torch.from_numpy(drawn.items)],
            targets,
            drawn,
            self.each[targets],
        )


def passed_on(task: PropagationTask, weights: Weights) -> tuple[Tensor, Tensor]:
    """Return users and items with what two hops bring them."""
    return _Sides(task).passed_on(weights)


class _Sides:
    """Users and items, and the graph between them."""

    def __init__(self, task: PropagationTask) -> None:
        self.users, self.items = map(torch.from_numpy, (task.user_features, task.item_features))
        self.to_users, self.to_items = _Hop(task.graph), _Hop(task.graph.T.tocsr())
        self.is_described = self.items.any(dim=1, keepdim=True).float()

    def passed_on(self, weights: Weights) -> tuple[Tensor, Tensor]:
        users = two_layers(self.users, weights, NET)
        items = two_layers(self.items, weights, NET) * self.is_described
        users_next, items_next = self.to_users(items), self.to_items(users)
        return (
            users + users_next + self.to_users(items_next),
            items + items_next + self.to_items(users_next),
        )


class _Hop:
    """The product of a sparse matrix with vectors, as sums over bags of rows."""

    def __init__(self, graph: SparseRows) -> None:
        self.columns = torch.from_numpy(graph.indices.astype(np.int64))
        self.offsets = torch.from_numpy(graph.indptr.astype(np.int64))
        self.values = torch.from_numpy(np.asarray(graph.data, dtype=np.float32))

    def __call__(self, vectors: Tensor) -> Tensor:
        return functional.embedding_bag(
            self.columns,
            vectors,
            self.offsets,
            per_sample_weights=self.values,
            mode="sum",
            include_last_offset=True,
        )
