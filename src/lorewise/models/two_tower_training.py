"""Trains both towers.

Imports PyTorch; import this module only where towers are trained.
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
from lorewise.models.neural_weights import Dropout, Forget, Weights, as_arrays, as_tensors
from lorewise.models.two_layers import initial_layers, of_unit_length, two_layers
from lorewise.models.two_tower_examples import Examples
from lorewise.models.two_tower_settings import TwoTowerSettings
from lorewise.stages import Arrays

INITIAL_SCALE = 0.1
"""Of the ids' vectors, which should start out saying little beside the knowledge."""


@dataclass(frozen=True)
class TowerTask:
    """What the towers learn from; items are numbered by this task alone, all have events."""

    examples: Examples

    features: Embeddings
    """What is known of each item, zeros where nothing is; ``(n_items, n_features)``."""

    settings: TwoTowerSettings


def train_towers(
    task: TowerTask,
    figure: Callable[[Arrays], float] | None,
    checkpoint: Checkpoint | None = None,
) -> Trained:
    """Return the towers' weights after the epoch with the best figure."""
    n_items, n_features = task.features.shape
    rng = np.random.default_rng([task.settings.seed, 0])
    dim = task.settings.dim
    ids = (INITIAL_SCALE * rng.standard_normal((n_items, dim))).astype(np.float32)
    arrays = {"ids": ids}
    for name in ("item", "user"):
        arrays |= initial_layers(name, dim + n_features, dim, rng)
    training = _TowerTraining(task)
    return train_weights(
        as_tensors(arrays),
        training.losses,
        task.settings,
        figure=None if figure is None else lambda weights: figure(as_arrays(weights)),
        checkpoint=checkpoint,
    )


class _TowerTraining:
    """The losses of an epoch."""

    def __init__(self, task: TowerTask) -> None:
        self.task = task
        self.features = torch.from_numpy(task.features)
        counts = np.bincount(task.examples.targets, minlength=len(task.features))
        self.shares = counts / max(1, len(task.examples))
        self.each = target_weights(counts, task.settings.propensity)
        self.is_described = np.asarray(task.features.any(axis=1))

    def losses(self, weights: Weights, rng: np.random.Generator) -> Iterator[Tensor]:
        """Yield one loss per batch; together they learn from each example once."""
        task = self.task
        n_rows = max(1, min(task.settings.batch_likes, len(task.examples) // FEWEST_STEPS))
        generator = torch.Generator().manual_seed(int(rng.integers(1 << 62)))
        forget = Dropout(task.settings.dropout, generator)
        order = rng.permutation(len(task.examples))
        for start in range(0, len(order), n_rows):
            yield self._loss(weights, order[start : start + n_rows], rng, forget)

    def _loss(
        self,
        weights: Weights,
        rows: NDArray[np.int64],
        rng: np.random.Generator,
        forget: Forget,
    ) -> Tensor:
        settings, examples = self.task.settings, self.task.examples
        read, shares = examples.read(rows, settings.max_length, settings.half_life_events)
        targets = examples.targets[rows]
        drawn = DrawnItems.mixed(targets, self.shares, settings.n_negatives, rng)
        used, places = np.unique(np.concatenate([drawn.items, read.ravel()]), return_inverse=True)
        inputs = self._inputs(weights, used, rng)
        places_drawn, places_read = np.split(places.ravel(), [len(drawn.items)])
        likes = functional.embedding_bag(
            torch.from_numpy(places_read.reshape(read.shape)),
            inputs,
            per_sample_weights=torch.from_numpy(shares),
            mode="sum",
        )
        users = of_unit_length(two_layers(likes, weights, "user", forget))
        items = of_unit_length(two_layers(inputs, weights, "item", forget))
        found = items[torch.from_numpy(places_drawn)]
        return sampled_loss(
            users / settings.temperature,
            found[: len(targets)],
            found,
            torch.from_numpy(targets.astype(np.int64)),
            drawn,
            self.each[torch.from_numpy(targets.astype(np.int64))],
        )

    def _inputs(
        self, weights: Weights, used: NDArray[np.int64], rng: np.random.Generator
    ) -> Tensor:
        """Return what the towers read of these items; some ids are forgotten."""
        is_kept = rng.random(len(used)) >= self.task.settings.id_dropout
        is_kept |= ~self.is_described[used]  # nothing would be left
        numbers = torch.from_numpy(used)
        ids = functional.embedding(numbers, weights["ids"])
        ids = ids * torch.from_numpy(is_kept.astype(np.float32))[:, None]
        return torch.cat([ids, self.features[numbers]], dim=1)
