"""Trains a net until it finds held-out events no better.

Imports PyTorch; import this module only where a net is trained.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.models.neural_checkpoint import Checkpoint
from lorewise.models.neural_extra import Report
from lorewise.models.neural_gains import gains
from lorewise.models.neural_loss import DrawnItems, full_loss, sampled_loss, target_weights
from lorewise.models.neural_precision import mixed_precision, short_type
from lorewise.models.neural_training import FEWEST_STEPS, train_weights
from lorewise.models.neural_weights import Dropout, Forget, Weights, as_tensors
from lorewise.models.transformer_histories import Histories, batches_of_length
from lorewise.models.transformer_net import begin_at, initial_weights, item_rows, states
from lorewise.models.transformer_reading import all_states
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.stages import Arrays

ASKED_AT_ONCE = 512

ENOUGH_STEPS, SMALL_BATCH = 80, 256
"""An epoch has that many steps, fewer where the batches would be smaller than that."""


@dataclass(frozen=True, kw_only=True)
class TrainingTask:
    """What one net learns from; items are numbered by this task alone, all of them have events."""

    histories: Histories
    """To learn from."""

    n_items: int

    features: Embeddings | None
    """What is known of each item, ``(n_items, n_features)``; None for a net on ids."""

    start: Embeddings | None = None
    """Where the vectors of a net on ids begin, each with squares of 1 on average or zeros where
    nothing is known; at most ``dim`` columns."""

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


def train(
    task: TrainingTask, checkpoint: Checkpoint | None = None, report: Report | None = None
) -> TrainedNet:
    """Return the net; with a checkpoint, from where its training was cut off."""
    features = None if task.features is None else torch.from_numpy(task.features)
    n_features = None if task.features is None else task.features.shape[1]
    rng = np.random.default_rng([task.settings.seed, 0])
    weights = initial_weights(task.n_items, n_features, task.settings, rng)
    if task.start is not None:
        begin_at(weights["items"], torch.from_numpy(task.start))
    trained = train_weights(
        weights,
        partial(_losses, task, features),
        task.settings,
        figure=partial(_validation, task, features) if len(task.asked) else None,
        checkpoint=checkpoint,
        report=report,
    )
    with torch.no_grad():
        table = item_rows(as_tensors(trained.weights), features).numpy()
    return TrainedNet(weights=trained.weights, table=table, curve=trained.curve)


def _losses(
    task: TrainingTask, features: Tensor | None, weights: Weights, rng: np.random.Generator
) -> Iterator[Tensor]:
    """Yield the losses of an epoch, which learns from each event once."""
    features = None if features is None else features.to(short_type())
    windows = task.histories.windows(task.settings.max_length + 1, rng)
    n_events = len(task.histories.items)
    n_cells = _batch_size(n_events, task.settings.batch_events)
    generator = torch.Generator().manual_seed(int(rng.integers(1 << 62)))
    forget = Dropout(task.settings.dropout, generator)
    counts = np.bincount(task.histories.items, minlength=task.n_items)
    each = target_weights(counts, task.settings.propensity)
    for rows in batches_of_length(windows.lengths, n_cells, rng=rng):
        items, is_real = map(torch.from_numpy, windows.padded(rows))
        batch = _Batch(items, is_real, forget, counts, each)
        yield _loss(task, features, weights, batch, rng)


def _batch_size(n_events: int, most: int) -> int:
    """Return the events of a batch: steps enough in an epoch, and each worth its while."""
    enough = max(n_events // ENOUGH_STEPS, min(SMALL_BATCH, n_events // FEWEST_STEPS))
    return max(1, min(most, enough))


@dataclass(frozen=True)
class _Batch:
    """Histories of about one length, and what the net forgets of them."""

    items: Tensor
    is_real: Tensor
    forget: Forget
    item_counts: NDArray[np.int64]
    each: Tensor
    """What an event of each item counts."""


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
        expected = _expected(weights, functional.embedding(read, table), task, batch)
        return full_loss(expected, table, targets, batch.each[targets])
    expected = _expected(weights, item_rows(weights, features, read), task, batch)
    drawn = DrawnItems.of(batch.item_counts, task.settings.n_negatives, rng)
    target_rows = item_rows(weights, features, targets)
    drawn_rows = item_rows(weights, features, torch.from_numpy(drawn.items))
    counts = batch.each[targets]
    return sampled_loss(expected, target_rows, drawn_rows, targets, drawn, counts)


def _expected(weights: Weights, rows: Tensor, task: TrainingTask, batch: _Batch) -> Tensor:
    """Return what is expected at each real step, in full precision."""
    with mixed_precision():
        reached = states(weights, rows, task.settings, batch.forget)
    return reached.float()[batch.is_real]


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
