from dataclasses import replace
from pathlib import Path

import numpy as np

from lorewise.data.queries import Queries
from lorewise.models.neural_checkpoint import Checkpoint
from lorewise.models.neural_training import Trained
from lorewise.models.towers import Towers
from lorewise.models.two_tower_examples import Examples
from lorewise.models.two_tower_settings import TwoTowerSettings
from lorewise.models.two_tower_training import TowerTask, train_towers

N_ITEMS, N_HISTORIES, LENGTH = 20, 60, 6
SMALL = TwoTowerSettings(dim=16, learning_rate=0.01, max_epochs=8, n_negatives=16)


def task(settings: TwoTowerSettings = SMALL, *, is_described: bool = True) -> TowerTask:
    """Return walks along a ring of items, each known by what says where on the ring it is."""
    starts = np.random.default_rng(0).integers(0, N_ITEMS, N_HISTORIES)
    walks = ((starts[:, None] + np.arange(LENGTH)) % N_ITEMS).astype(np.int32)
    examples = Examples.of(Queries.of(list(walks)), np.ones(walks.size, dtype=np.float32))
    angles = 2 * np.pi * np.arange(N_ITEMS)[:, None] / N_ITEMS * np.arange(1, 5)
    places = np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)
    return TowerTask(examples, places if is_described else places[:, :0], settings)


def found_after_one(trained: Trained, described: TowerTask, *, has_ids: bool) -> float:
    """Return for how many items the next on the ring is the best of all others."""
    towers = Towers.untrained(described.features, SMALL.dim)
    weights = dict(trained.weights)
    if not has_ids:
        weights["ids"] = np.zeros_like(weights["ids"])
    towers = towers.trained(weights, np.arange(N_ITEMS, dtype=np.int32))
    scores = towers.people_of_one_item() @ towers.items().T
    np.fill_diagonal(scores, -np.inf)
    return float(np.mean(np.argmax(scores, axis=1) == (np.arange(N_ITEMS) + 1) % N_ITEMS))


def test_the_loss_falls_and_the_next_item_is_found() -> None:
    trained = train_towers(task(), None)
    assert trained.curve[-1] > trained.curve[0] + 0.5, "minus the loss"
    assert found_after_one(trained, task(), has_ids=True) > 0.6


def test_ids_alone_are_enough() -> None:
    bare = task(replace(SMALL, max_epochs=10), is_described=False)
    assert found_after_one(train_towers(bare, None), bare, has_ids=True) > 0.6


def test_ids_that_are_forgotten_leave_it_to_the_knowledge() -> None:
    # Ids can tell all, and louder than features that are eight times smaller: so an item without
    # one is found only if the towers learned to do without.
    found = {}
    for share in (0.0, 0.5):
        own = task(replace(SMALL, id_dropout=share, max_epochs=10, dropout=0.0))
        own = replace(own, features=own.features / np.float32(8))
        found[share] = found_after_one(train_towers(own, None), own, has_ids=False)
    assert found[0.5] > found[0.0] + 0.2


def test_the_seed_decides() -> None:
    once = train_towers(task(), None)
    again = train_towers(task(), None)
    for name, weight in once.weights.items():
        np.testing.assert_array_equal(weight, again.weights[name], err_msg=name)
    assert train_towers(task(replace(SMALL, seed=1)), None).curve != once.curve


def test_a_training_that_was_cut_off_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "two_tower.npz", "walks")
    train_towers(task(replace(SMALL, max_epochs=3)), None, checkpoint)
    resumed, unbroken = train_towers(task(), None, checkpoint), train_towers(task(), None)
    assert resumed.curve == unbroken.curve
    for name, weight in unbroken.weights.items():
        np.testing.assert_array_equal(resumed.weights[name], weight, err_msg=name)
