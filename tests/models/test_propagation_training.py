from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from lorewise.models.neural_checkpoint import Checkpoint
from lorewise.models.neural_weights import as_tensors
from lorewise.models.propagation_net import PropagationNet
from lorewise.models.propagation_settings import PropagationSettings
from lorewise.models.propagation_training import PropagationTask, passed_on, train_net
from lorewise.models.sparse_rows import SparseRows, sparse_rows
from lorewise.models.two_layers import of_unit_length

N_GROUPS, N_ITEMS, N_PEOPLE, LENGTH = 4, 40, 60, 6
SMALL = PropagationSettings(dim=16, learning_rate=0.01, max_epochs=6, n_negatives=20)


def likes() -> SparseRows:
    """Return people who like some of the items of one group; every fourth item is of it."""
    rng = np.random.default_rng(0)
    own = [rng.choice(N_ITEMS // N_GROUPS, LENGTH, replace=False) for _ in range(N_PEOPLE)]
    groups = np.arange(N_PEOPLE)[:, None] % N_GROUPS
    items = np.sort(np.stack(own) * N_GROUPS + groups, axis=1).astype(np.int32)
    offsets = np.arange(N_PEOPLE + 1) * LENGTH
    return sparse_rows(np.ones(items.size, dtype=np.float32), items.ravel(), offsets, N_ITEMS)


def untrained() -> PropagationNet:
    rng = np.random.default_rng(1)
    features = rng.standard_normal((N_ITEMS, 8)).astype(np.float32)
    features[3] = 0
    return PropagationNet.untrained(features, likes(), SMALL.dim)


def task(settings: PropagationSettings = SMALL) -> PropagationTask:
    net = untrained()
    return PropagationTask(net.hop(likes()), net.means(likes()), net.features, settings)


def test_training_reads_people_and_items_as_the_net_does() -> None:
    weights = train_net(task(replace(SMALL, max_epochs=1)), None).weights
    net = untrained().trained(weights, likes())
    with torch.no_grad():
        people, items = (of_unit_length(side) for side in passed_on(task(), as_tensors(weights)))
    np.testing.assert_allclose(items.numpy(), net.items, atol=1e-5)
    np.testing.assert_allclose(people.numpy(), net.people(likes()), atol=1e-5)


def test_the_loss_falls() -> None:
    curve = train_net(task(), None).curve
    assert curve[-1] > curve[0] + 0.3, "minus the loss"


def test_the_seed_decides() -> None:
    once, again = train_net(task(), None), train_net(task(), None)
    assert once.curve == again.curve
    for name, weight in once.weights.items():
        np.testing.assert_array_equal(weight, again.weights[name], err_msg=name)
    assert train_net(task(replace(SMALL, seed=1)), None).curve != once.curve


def test_a_training_that_was_cut_off_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "propagation.npz", "groups")
    train_net(task(replace(SMALL, max_epochs=2)), None, checkpoint)
    resumed, unbroken = train_net(task(), None, checkpoint), train_net(task(), None)
    assert resumed.curve == unbroken.curve
    for name, weight in unbroken.weights.items():
        np.testing.assert_array_equal(resumed.weights[name], weight, err_msg=name)
