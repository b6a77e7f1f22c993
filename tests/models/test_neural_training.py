from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lorewise.models.neural_checkpoint import Checkpoint
from lorewise.models.neural_training import Trained, _rate, train_weights
from lorewise.models.neural_weights import Weights
from lorewise.models.transformer_settings import TransformerSettings

SETTINGS = TransformerSettings(
    learning_rate=0.1, is_falling=False, weight_decay=0, max_epochs=8, patience=3
)
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
    train(replace(SETTINGS, max_epochs=1), tmp_path / "x.npz")
    resumed, whole = train(SETTINGS, tmp_path / "x.npz"), train()
    assert resumed.curve == whole.curve
    np.testing.assert_array_equal(resumed.weights["x"], whole.weights["x"])


def test_a_falling_rate_rises_first_and_ends_near_nothing() -> None:
    falling = replace(SETTINGS, is_falling=True, max_epochs=4)
    rates = [_rate(falling, 0, step) for step in range(60)]
    assert rates[0] == pytest.approx(0.1 / 50)
    assert rates[24] == pytest.approx(0.05)
    assert rates[-1] == pytest.approx(0.1)
    # a cosine over four epochs, half a turn: 1, .854, .5, .146 of the rate
    later = [_rate(falling, epoch, 0) for epoch in (1, 2, 3)]
    assert later == pytest.approx([0.0853553, 0.05, 0.0146447], rel=1e-5)
    assert {_rate(SETTINGS, epoch, 0) for epoch in range(8)} == {0.1}


def test_each_epoch_is_reported() -> None:
    told: list[float] = []
    settings = replace(SETTINGS, max_epochs=4, patience=9)
    train_weights(start(), losses, settings, report=told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
