from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lorewise.models import transformer_training
from lorewise.models.neural_checkpoint import Checkpoint
from lorewise.models.transformer_histories import Histories
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.models.transformer_training import TrainedNet, TrainingTask, _batch_size, train

N_ITEMS, N_HISTORIES, LENGTH = 20, 60, 6
SMALL = TransformerSettings(
    dim=16, n_blocks=1, max_length=8, dropout=0.1, learning_rate=0.01, max_epochs=6, patience=3
)


def task(settings: TransformerSettings = SMALL, *, is_on_knowledge: bool = False) -> TrainingTask:
    """Return walks along a ring of items, each to be continued by the next one."""
    starts = np.random.default_rng(0).integers(0, N_ITEMS, N_HISTORIES)
    walks = (starts[:, None] + np.arange(LENGTH + 1)) % N_ITEMS
    items = walks[:, :-1].astype(np.int32).ravel()
    histories = Histories(np.arange(N_HISTORIES + 1) * LENGTH, items)
    return TrainingTask(
        histories=histories,
        n_items=N_ITEMS,
        features=np.eye(N_ITEMS, dtype=np.float32) if is_on_knowledge else None,
        asked=histories,
        answers=walks[:, -1].astype(np.int32),
        settings=settings,
    )


def expect_same(one: TrainedNet, other: TrainedNet) -> None:
    assert one.curve == other.curve
    assert one.weights.keys() == other.weights.keys()
    for name, weight in one.weights.items():
        np.testing.assert_array_equal(weight, other.weights[name], err_msg=name)
    np.testing.assert_array_equal(one.table, other.table)


@pytest.mark.parametrize("is_on_knowledge", [False, True])
def test_a_net_learns_what_comes_next(is_on_knowledge: bool) -> None:  # noqa: FBT001  a parameter
    trained = train(task(is_on_knowledge=is_on_knowledge))
    assert trained.table.shape == (N_ITEMS, SMALL.dim)
    assert max(trained.curve) > 0.9


@pytest.mark.parametrize("is_on_knowledge", [False, True])
def test_drawn_items_teach_nearly_as_well_as_all(is_on_knowledge: bool) -> None:  # noqa: FBT001
    drawing = replace(SMALL, full_softmax_items=N_ITEMS - 1, n_negatives=10)
    assert max(train(task(drawing, is_on_knowledge=is_on_knowledge)).curve) > 0.85


def test_gated_layers_learn_too() -> None:
    assert max(train(task(replace(SMALL, block="ligr"))).curve) > 0.9


def test_the_seed_decides() -> None:
    once = train(task())
    expect_same(once, train(task()))
    assert train(task(replace(SMALL, seed=1))).curve != once.curve


def test_a_training_that_was_cut_off_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "ids.npz", "walks")
    slow = replace(
        SMALL, learning_rate=0.002, is_falling=False
    )  # so that a later epoch than the cut is the best
    begun = train(task(replace(slow, max_epochs=2)), checkpoint)
    resumed, unbroken = train(task(slow), checkpoint), train(task(slow))
    assert len(begun.curve) == 2 <= int(np.argmax(unbroken.curve))
    expect_same(resumed, unbroken)


def test_a_training_that_ended_is_read_and_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = Checkpoint(tmp_path / "ids.npz", "walks")
    ended = train(task(), checkpoint)
    monkeypatch.delattr(transformer_training, "_loss")
    expect_same(train(task(), checkpoint), ended)


def test_training_ends_when_patience_does_and_the_best_epoch_stays() -> None:
    deaf = replace(task(replace(SMALL, max_epochs=50)), answers=np.zeros(N_HISTORIES, np.int32))
    curve = train(deaf).curve
    best = int(np.argmax(curve))
    assert len(curve) == best + 1 + SMALL.patience
    shorter = train(replace(deaf, settings=replace(SMALL, max_epochs=best + 1)))
    np.testing.assert_array_equal(train(deaf).table, shorter.table)


def test_without_anybody_to_ask_the_loss_decides() -> None:
    nobody = Histories(np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32))
    curve = train(replace(task(), asked=nobody, answers=np.zeros(0, np.int32))).curve
    assert len(curve) == SMALL.max_epochs
    assert curve[0] < curve[-1] < 0


@pytest.mark.parametrize(
    ("n_events", "size"), [(10, 1), (1_600, 100), (8_000, 256), (160_000, 2_000), (10**6, 4_096)]
)
def test_small_data_have_small_batches_for_the_sake_of_steps(n_events: int, size: int) -> None:
    assert _batch_size(n_events, 4_096) == size
