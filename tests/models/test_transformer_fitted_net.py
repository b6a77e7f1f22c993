from dataclasses import replace

import numpy as np

from lorewise.data.queries import Queries
from lorewise.models.neural_weights import as_arrays
from lorewise.models.transformer_fitted_net import FittedNet
from lorewise.models.transformer_net import initial_weights
from lorewise.models.transformer_settings import TransformerSettings

SMALL = TransformerSettings(dim=8, n_blocks=1, max_length=6)
N_ITEMS = 12
IS_KNOWN = np.arange(N_ITEMS) < 10
IS_WARM = np.arange(N_ITEMS) < 8


def net() -> FittedNet:
    weights = as_arrays(initial_weights(N_ITEMS, None, SMALL, np.random.default_rng(0)))
    table = np.where(IS_KNOWN[:, None], weights.pop("items"), 0)
    return FittedNet.of(weights, table, (IS_KNOWN, IS_WARM), (0.1, 0.2))


def reached(*histories: list[int]) -> np.ndarray:
    queries = Queries.of([np.array(history, dtype=np.int32) for history in histories])
    return net().reached(queries, SMALL)


def test_scores_are_standardized_over_the_items_with_events_at_every_step() -> None:
    scores = reached([0, 9, 4], [], [3]) @ net().rows.T
    assert scores.shape == (3 + 1 + 3, N_ITEMS)
    np.testing.assert_allclose(scores[:, IS_WARM].mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(scores[:, IS_WARM].std(axis=1), 1, rtol=1e-3)
    assert not scores[:, ~IS_KNOWN].any()


def test_an_event_that_the_net_does_not_know_changes_nothing() -> None:
    with_it, without = reached([0, 11, 4], [10]), reached([0, 4], [])
    np.testing.assert_allclose(with_it, without[[0, 1, 1, 2, 3, 3]], atol=1e-6)


def test_saved_arrays_are_the_whole_net() -> None:
    arrays = net().to_arrays("ids")
    loaded = FittedNet.from_arrays({**arrays, "other.table": np.zeros(1)}, "ids")
    assert loaded.weights.keys() == net().weights.keys()
    for name, array in loaded.to_arrays("ids").items():
        np.testing.assert_array_equal(array, arrays[name])


def test_a_state_that_tells_no_items_apart_gives_no_infinite_score() -> None:
    alike = replace(net(), spread=np.zeros((8, 8), dtype=np.float32))
    queries = Queries.of([np.array([1], dtype=np.int32)])
    assert np.isfinite(alike.reached(queries, SMALL)).all()
