from pathlib import Path

import numpy as np
import pytest

from lorewise.errors import ArtifactMismatchError
from lorewise.models.neural_checkpoint import Checkpoint, training_digest
from lorewise.testing.tiny import tiny_world


def test_what_was_saved_last_comes_back(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "deep" / "ids.npz", "a task")
    assert checkpoint.load() is None
    for value in (1.0, 2.0):
        checkpoint.save({"now.a": np.array([value])})
    loaded = checkpoint.load()
    assert loaded is not None
    assert {name: array.tolist() for name, array in loaded.items()} == {"now.a": [2.0]}
    assert [path.name for path in checkpoint.path.parent.iterdir()] == ["ids.npz"]


def test_a_checkpoint_of_another_training_is_refused(tmp_path: Path) -> None:
    Checkpoint(tmp_path / "ids.npz", "this").save({})
    with pytest.raises(ArtifactMismatchError, match=r"'this', not of 'that'.*another folder"):
        Checkpoint(tmp_path / "ids.npz", "that").load()


def test_a_digest_changes_with_data_vectors_and_settings() -> None:
    world = tiny_world()
    fewer = world.dataset.only(np.arange(10))
    digests = [
        training_digest(world.dataset, world.vectors, "settings"),
        training_digest(fewer, world.vectors, "settings"),
        training_digest(world.dataset, world.vectors + 1, "settings"),
        training_digest(world.dataset, world.vectors, "others"),
    ]
    assert len(set(digests)) == 4
    assert digests[0] == training_digest(world.dataset, world.vectors, "settings")
