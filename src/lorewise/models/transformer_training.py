"""Trains a net until it finds held-out events no better.

Imports PyTorch; import this module only where a net is trained.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.models.transformer_checkpoint import Checkpoint
from lorewise.models.transformer_gains import gains
from lorewise.models.transformer_histories import Histories, batches_of_length
from lorewise.models.transformer_loss import DrawnItems, full_loss, sampled_loss
from lorewise.models.transformer_net import (
    Dropout,
    Forget,
    Weights,
    as_arrays,
    as_tensors,
    initial_weights,
    item_rows,
    states,
)
from lorewise.models.transformer_reading import all_states
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.stages import Arrays

FEWEST_STEPS = 16
"""In an epoch, however few the data."""

ASKED_AT_ONCE = 512


@dataclass(frozen=True, kw_only=True)
class TrainingTask:
    """What one net learns from; items are numbered by this task alone, all of them have events."""

    histories: Histories
    """To learn from."""

    n_items: int

    features: Embeddings | None
    """What is known of each item, ``(n_items, n_features)``; None for a net on ids."""

    asked: Histories
    """Histories to be continued."""

    answers: ItemNumbers
    """How each of these went on; shape ``(n_asked,)``."""

    settings: TransformerSettings


@dataclass(frozen=True, kw_only=True)
class TrainedNet:
    """A net at its best epoch."""

    weights: Arrays
    table: Embeddings
    """The items' vectors in the net; ``(n_items, dim)``."""

    curve: tuple[float, ...]
    """After each epoch NDCG@10 of the answers; without any, minus the training loss."""


@dataclass
class _Run:
    """Where training stands."""

    weights: Weights
    optimizer: torch.optim.AdamW
    best: Arrays
    curve: list[float] = field(default_factory=list)

    def is_over(self, settings: TransformerSettings) -> bool:
        """Whether the last epoch was the last one allowed, or better ones seem far."""
        n_worse = len(self.curve) - 1 - int(np.argmax(self.curve)) if self.curve else 0
        return len(self.curve) >= settings.max_epochs or n_worse >= settings.patience

    def note(self, figure: float) -> None:
        """Keep the weights if they are the best so far."""
        if not self.curve or figure > max(self.curve):
            self.best = as_arrays(self.weights)
        self.curve.append(figure)

    def to_arrays(self) -> Arrays:
        """Return all that the next epoch depends on."""
        kept = {f"now/{name}": array for name, array in as_arrays(self.weights).items()}
        kept |= {f"best/{name}": np.asarray(array) for name, array in self.best.items()}
        for name, weight in self.weights.items():
            for key, value in self.optimizer.state[weight].items():
                kept[f"{key}/{name}"] = value.numpy()
        return kept | {"curve": np.array(self.curve)}


def train(task: TrainingTask, checkpoint: Checkpoint | None = None) -> TrainedNet:
    """Return the net; with a checkpoint, from where its training was cut off.

    Each epoch draws its chance anew, from the seed and its own number: so a run that goes on ends
    as one that never paused.
    """
    features = None if task.features is None else torch.from_numpy(task.features)
    run = _begun(task, None if checkpoint is None else checkpoint.load())
    while not run.is_over(task.settings):
        rng = np.random.default_rng([task.settings.seed, 1 + len(run.curve)])
        loss = _epoch(task, features, run, rng)
        run.note(_validation(task, features, run.weights) if len(task.asked) else -loss)
        if checkpoint is not None:
            checkpoint.save(run.to_arrays())
    with torch.no_grad():
        table = item_rows(as_tensors(run.best), features).numpy()
    return TrainedNet(weights=run.best, table=table, curve=tuple(run.curve))


def _begun(task: TrainingTask, saved: Arrays | None) -> _Run:
    n_features = None if task.features is None else task.features.shape[1]
    rng = np.random.default_rng([task.settings.seed, 0])
    weights = initial_weights(task.n_items, n_features, task.settings, rng)
    if saved is not None:
        weights = as_tensors(_part(saved, "now"))
    for weight in weights.values():
        weight.requires_grad_(requires_grad=True)
    optimizer = torch.optim.AdamW(
        list(weights.values()),
        lr=task.settings.learning_rate,
        weight_decay=task.settings.weight_decay,
        fused=True,
    )
    if saved is None:
        return _Run(weights, optimizer, {})
    for key in ("step", "exp_avg", "exp_avg_sq"):
        for name, value in as_tensors(_part(saved, key)).items():
            optimizer.state[weights[name]][key] = value
    return _Run(weights, optimizer, _part(saved, "best"), saved["curve"].tolist())


def _part(saved: Arrays, key: str) -> Arrays:
    return {
        name.removeprefix(f"{key}/"): array
        for name, array in saved.items()
        if name.startswith(f"{key}/")
    }


def _epoch(
    task: TrainingTask, features: Tensor | None, run: _Run, rng: np.random.Generator
) -> float:
    """Learn from each event once; return the mean loss."""
    windows = task.histories.windows(task.settings.max_length + 1, rng)
    n_events = len(task.histories.items)
    n_cells = max(1, min(task.settings.batch_events, n_events // FEWEST_STEPS))
    generator = torch.Generator().manual_seed(int(rng.integers(1 << 62)))
    forget = Dropout(task.settings.dropout, generator)
    counts = np.bincount(task.histories.items, minlength=task.n_items)
    losses = []
    for rows in batches_of_length(windows.lengths, n_cells, rng=rng):
        run.optimizer.zero_grad()
        items, is_real = map(torch.from_numpy, windows.padded(rows))
        loss = _loss(task, features, run.weights, _Batch(items, is_real, forget, counts), rng)
        loss.backward()
        run.optimizer.step()
        losses.append(loss.item())
    return float(np.mean(losses))


@dataclass(frozen=True)
class _Batch:
    """Histories of about one length, and what the net forgets of them."""

    items: Tensor
    is_real: Tensor
    forget: Forget
    item_counts: NDArray[np.int64]


def _loss(
    task: TrainingTask,
    features: Tensor | None,
    weights: Weights,
    batch: _Batch,
    rng: np.random.Generator,
) -> Tensor:
    targets, read = batch.items[batch.is_real], batch.items[:, :-1]
    if task.n_items <= task.settings.full_softmax_items:
        table = item_rows(weights, features)
        rows = functional.embedding(read, table)
        expected = states(weights, rows, task.settings, batch.forget)[batch.is_real]
        return full_loss(expected, table, targets)
    rows = item_rows(weights, features, read)
    expected = states(weights, rows, task.settings, batch.forget)[batch.is_real]
    drawn = DrawnItems.of(batch.item_counts, task.settings.n_negatives, rng)
    target_rows = item_rows(weights, features, targets)
    drawn_rows = item_rows(weights, features, torch.from_numpy(drawn.items))
    return sampled_loss(expected, target_rows, drawn_rows, targets, drawn)


def _validation(task: TrainingTask, features: Tensor | None, weights: Weights) -> float:
    """Return NDCG@10 of the answers; other items of the history are left out."""
    with torch.no_grad():
        table = item_rows(weights, features).numpy()
        reached = all_states(weights, table, task.asked, task.settings)
    reached = reached[task.asked.offsets[1:] + np.arange(len(task.asked))]
    lengths, found = task.asked.lengths, []
    for start in range(0, len(task.asked), ASKED_AT_ONCE):
        part = slice(start, start + ASKED_AT_ONCE)
        owners = np.repeat(np.arange(len(lengths[part])), lengths[part])
        bounds = task.asked.offsets[start], task.asked.offsets[start + len(lengths[part])]
        seen = task.asked.items[slice(*bounds)]
        found.append(gains(reached[part] @ table.T, owners, seen, task.answers[part]))
    return float(np.concatenate(found).mean())
