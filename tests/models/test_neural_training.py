from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from lorewise.models.neural_checkpoint import Checkpoint
from lorewise.models.neural_training import Trained, train_weights
from lorewise.models.neural_weights import Weights
from lorewise.models.transformer_settings import TransformerSettings

SETTINGS = TransformerSettings(learning_rate=0.1, weight_decay=0, max_epochs=8, patience=3)
TARGET = 1.0


def start() -> Weights:
    return {"x": torch.zeros(1)}


def losses(weights: Weights, rng: np.random.Generator) -> Iterator[torch.Tensor]:
    for noise in 0.1 * rng.standard_normal(4):
        yield (weights["x"] - TARGET - noise).square().sum()


def nearness(weights: Weights) -> float:
    return -abs(float(weights["x"].item()) - TARGET / 2)


def train(settings: TransformerSettings = SETTINGS, path: Path | None = None) -> Trained:
    checkpoint = Checkpoint(path, "one number") if path else None
    return train_weights(start(), losses, settings, figure=nearness, checkpoint=checkpoint)


def test_the_loss_decides_where_no_figure_does() -> None:
    trained = train_weights(start(), losses, SETTINGS)
    assert trained.weights["x"][0] == pytest.approx(TARGET, abs=0.3)
    assert trained.curve[0] < trained.curve[-1] < 0


def test_the_epoch_of_the_best_figure_stays_and_patience_ends() -> None:
    trained = train()
    best = int(np.argmax(trained.curve))
    assert len(trained.curve) == best + 1 + SETTINGS.patience < SETTINGS.max_epochs
    assert trained.weights["x"][0] == pytest.approx(TARGET / 2, abs=0.2)


def test_a_run_that_was_cut_off_ends_as_one_that_never_paused(tmp_path: Path) -> None:
    short = TransformerSettings(learning_rate=0.1, weight_decay=0, max_epochs=1, patience=3)
    train(short, tmp_path / "x.npz")
    resumed, whole = train(SETTINGS, tmp_path / "x.npz"), train()
    assert resumed.curve == whole.curve
    np.testing.assert_array_equal(resumed.weights["x"], whole.weights["x"])
