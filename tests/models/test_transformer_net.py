import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from lorewise.models.neural_weights import Weights
from lorewise.models.transformer_net import begin_at, initial_weights, item_rows, states
from lorewise.models.transformer_settings import TransformerSettings

SMALL = TransformerSettings(dim=8, n_blocks=2, n_heads=2, max_length=6)
GATED = replace(SMALL, block="ligr")


def net(settings: TransformerSettings = SMALL) -> Weights:
    rng = np.random.default_rng(3)
    weights = initial_weights(5, None, settings, rng)
    for name, weight in weights.items():  # what starts at 0 would hide what it does
        if name.endswith(("steps_back", "gate", "bias")):
            weight += torch.from_numpy(rng.standard_normal(weight.shape).astype(np.float32))
    return weights


def read(items: list[int], weights: Weights, settings: TransformerSettings) -> np.ndarray:
    rows = item_rows(weights, None, torch.tensor([items], dtype=torch.int64))
    found: np.ndarray = states(weights, rows, settings)[0].numpy()
    return found


@pytest.mark.parametrize("settings", [SMALL, GATED], ids=["sasrec", "ligr"])
def test_a_later_item_changes_nothing_earlier(settings: TransformerSettings) -> None:
    before, after = (read(items, net(settings), settings) for items in ([1, 2, 3, 4], [1, 2, 0, 4]))
    np.testing.assert_allclose(after[:3], before[:3], atol=1e-6)
    assert np.abs(after[3:] - before[3:]).max(axis=1).min() > 1e-3


def test_padding_after_the_end_changes_nothing() -> None:
    alone, padded = read([1, 2], net(), SMALL), read([1, 2, 0, 0], net(), SMALL)
    np.testing.assert_allclose(padded[:3], alone, atol=1e-6)


def test_order_matters_in_a_single_layer() -> None:
    shallow = replace(SMALL, n_blocks=1)  # in a second one, the order of what is read would show
    there, back = read([1, 2, 3], net(shallow), shallow), read([2, 1, 3], net(shallow), shallow)
    assert np.abs(there[-1] - back[-1]).max() > 1e-3


def test_a_net_that_passes_nothing_on_expects_more_of_the_same() -> None:
    weights = net() | {f"{b}.{name}_out": torch.zeros(1) for b in (0, 1) for name in ("a", "w")}
    for name, weight in weights.items():
        if name.endswith("_out"):
            weight.zero_()
    expected = weights["items"][3].numpy()
    # only its direction is left, since states have the length sqrt(dim)
    expected = expected * math.sqrt(8) / np.linalg.norm(expected)
    np.testing.assert_allclose(read([1, 3], weights, SMALL)[-1], expected, rtol=1e-4)


def test_gates_begin_half_open() -> None:
    plain = initial_weights(5, None, SMALL, np.random.default_rng(0))
    gates = {
        f"{b}.{name}_gate": torch.zeros(8, 8) for b in (0, 1) for name in ("attention", "wide")
    }
    halved = {n: w / 2 if n.endswith("_out") else w for n, w in plain.items()}
    np.testing.assert_allclose(
        read([1, 2], plain | gates, GATED), read([1, 2], halved, SMALL), atol=1e-6
    )
    assert (
        gates.keys()
        == initial_weights(5, None, GATED, np.random.default_rng(0)).keys() - plain.keys()
    )


def test_a_single_expert_reads_features_alike_for_all_items() -> None:
    one = replace(SMALL, n_experts=1)
    weights = initial_weights(0, 4, one, np.random.default_rng(0))
    weights["adaptor_bias"] += 1
    features = torch.tensor([[0.0, 0, 0, 0], [2, 0, 0, 0]])
    rows = item_rows(weights, features)
    np.testing.assert_allclose(rows[0].numpy(), 1)
    # divided by the root of the four features
    np.testing.assert_allclose(rows[1].numpy(), 1 + weights["adaptor"][0].numpy(), rtol=1e-6)


def test_each_item_mixes_the_experts_by_its_own_features() -> None:
    two = replace(SMALL, n_experts=2)
    weights = initial_weights(0, 4, two, np.random.default_rng(0))
    weights["gate"].zero_()
    weights["gate"][0] = torch.tensor([100.0, -100])
    first, second = weights["adaptor"][0, :8].numpy(), weights["adaptor"][0, 8:].numpy()
    features = torch.tensor([[2.0, 0, 0, 0], [-2, 0, 0, 0]])
    rows = item_rows(weights, features).numpy()
    np.testing.assert_allclose(rows[0], first, rtol=1e-5)
    np.testing.assert_allclose(rows[1], -second, rtol=1e-5)
    weights["gate"].zero_()  # both alike: shares of 1/2 each, at length 1
    rows = item_rows(weights, features).numpy()
    np.testing.assert_allclose(rows[0], (first + second) / math.sqrt(2), rtol=1e-5)


def test_some_items_of_any_shape_have_the_rows_that_they_have_among_all() -> None:
    weights = initial_weights(0, 3, SMALL, np.random.default_rng(0))
    features = torch.from_numpy(np.random.default_rng(1).standard_normal((6, 3)).astype(np.float32))
    wanted = torch.tensor([[1, 5], [0, 2]])
    some = item_rows(weights, features, wanted)
    np.testing.assert_allclose(
        some.numpy(), item_rows(weights, features)[wanted].numpy(), rtol=1e-5
    )


def test_ids_begin_at_what_is_known_and_by_chance_elsewhere() -> None:
    table = initial_weights(3, None, SMALL, np.random.default_rng(0))["items"]
    before = table.numpy().copy()
    begin_at(table, torch.tensor([[1.0, -1, 1], [0, 0, 0], [1, 1, 1]]))
    np.testing.assert_allclose(table[0, :3].numpy(), [0.05, -0.05, 0.05])
    np.testing.assert_array_equal(table[1].numpy(), before[1])
    np.testing.assert_array_equal(table[:, 3:].numpy(), before[:, 3:])
