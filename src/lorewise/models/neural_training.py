"""Trains the weights of any net, epoch by epoch, until a figure gets no better.

Imports PyTorch; import this module only where a net is trained.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from lorewise.models.array_parts import part_of
from lorewise.models.neural_checkpoint import Checkpoint
from lorewise.models.neural_extra import Report
from lorewise.models.neural_weights import Weights, as_arrays, as_tensors
from lorewise.stages import Arrays

FEWEST_STEPS = 16
"""In an epoch, however few the data."""

WARMING_STEPS = 50
"""Steps of the first epoch over which a rate that is to fall rises."""

Losses = Callable[[Weights, np.random.Generator], Iterator[Tensor]]
"""Yields the losses of an epoch; a step is taken after each."""


class TrainingSettings(Protocol):
    """What a net's settings say of its training."""

    @property
    def learning_rate(self) -> float:
        """Of AdamW; above 0."""
        ...

    @property
    def weight_decay(self) -> float:
        """Of AdamW; at least 0."""
        ...

    @property
    def max_epochs(self) -> int:
        """Passes over the data; at least 1."""
        ...

    @property
    def patience(self) -> int:
        """Epochs without a better figure after which training ends; at least 1."""
        ...

    @property
    def is_falling(self) -> bool:
        """Whether the learning rate rises at first and falls to nothing in the end."""
        ...

    @property
    def seed(self) -> int:
        """Of chance; at least 0."""
        ...


@dataclass(frozen=True)
class Trained:
    """Weights of the best epoch."""

    weights: Arrays

    curve: tuple[float, ...]
    """The figure after each epoch; larger is better."""


@dataclass
class _Run:
    """Where training stands."""

    weights: Weights
    optimizer: torch.optim.AdamW
    best: Arrays
    curve: list[float] = field(default_factory=list)

    def is_over(self, settings: TrainingSettings) -> bool:
        """Whether the last epoch was the last one allowed, or better ones seem far."""
        n_worse = len(self.curve) - 1 - int(np.argmax(self.curve)) if self.curve else 0
        return len(self.curve) >= settings.max_epochs or n_worse >= settings.patience

    def epoch(self, losses: Iterator[Tensor], rates: Callable[[int], float]) -> float:
        """Take a step after each loss, as long as ``rates`` says; return the losses' mean."""
        values = []
        for step, loss in enumerate(losses):
            for group in self.optimizer.param_groups:
                group["lr"] = rates(step)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            values.append(loss.item())
        return float(np.mean(values))

    def note(self, figure: float) -> None:
        """Keep the weights if they are the best so far."""
        if not self.curve or figure > max(self.curve):
            self.best = as_arrays(self.weights)
        self.curve.append(figure)

    def to_arrays(self) -> Arrays:
        """Return all that the next epoch depends on."""
        kept = {f"now.{name}": array for name, array in as_arrays(self.weights).items()}
        kept |= {f"best.{name}": np.asarray(array) for name, array in self.best.items()}
        for name, weight in self.weights.items():
            for key, value in self.optimizer.state[weight].items():
                kept[f"{key}.{name}"] = value.numpy()
        return kept | {"curve": np.array(self.curve)}


def train_weights(
    weights: Weights,
    losses: Losses,
    settings: TrainingSettings,
    *,
    figure: Callable[[Weights], float] | None = None,
    checkpoint: Checkpoint | None = None,
    report: Report | None = None,
) -> Trained:
    """Return the weights after the best epoch by ``figure``, without it by the training loss.

    With a checkpoint, training goes on from where it was cut off. Each epoch draws its chance
    anew, from the seed and its own number: so a run that goes on ends as one that never paused.
    """
    run = _begun(weights, settings, None if checkpoint is None else checkpoint.load())
    while not run.is_over(settings):
        rng = np.random.default_rng([settings.seed, 1 + len(run.curve)])
        rates = partial(_rate, settings, len(run.curve))
        loss = run.epoch(losses(run.weights, rng), rates)
        run.note(-loss if figure is None else figure(run.weights))
        if checkpoint is not None:
            checkpoint.save(run.to_arrays())
        if report is not None:
            report(len(run.curve) / settings.max_epochs)
    return Trained(run.best, tuple(run.curve))


def _rate(settings: TrainingSettings, epoch: int, step: int) -> float:
    """Return the learning rate of a step of this epoch, both counted from 0.

    Source: Loshchilov and Hutter, ICLR 2017, the cosine taken once per epoch.
    """
    if not settings.is_falling:
        return settings.learning_rate
    warmth = 1.0 if epoch else min(1.0, (step + 1) / WARMING_STEPS)
    return (
        settings.learning_rate * warmth * (1 + math.cos(math.pi * epoch / settings.max_epochs)) / 2
    )


def _begun(initial: Weights, settings: TrainingSettings, saved: Arrays | None) -> _Run:
    weights = initial if saved is None else as_tensors(part_of(saved, "now"))
    for weight in weights.values():
        weight.requires_grad_(requires_grad=True)
    optimizer = torch.optim.AdamW(
        list(weights.values()),
        lr=settings.learning_rate,
        weight_decay=settings.weight_decay,
        fused=True,
    )
    if saved is None:
        return _Run(weights, optimizer, {})
    for key in ("step", "exp_avg", "exp_avg_sq"):
        for name, value in as_tensors(part_of(saved, key)).items():
            optimizer.state[weights[name]][key] = value
    return _Run(weights, optimizer, part_of(saved, "best"), saved["curve"].tolist())
