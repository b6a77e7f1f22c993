from itertools import pairwise

import numpy as np

from lorewise.models.neural_weights import as_arrays
from lorewise.models.transformer_histories import Histories
from lorewise.models.transformer_net import initial_weights
from lorewise.models.transformer_reading import all_states
from lorewise.models.transformer_settings import TransformerSettings

SMALL = TransformerSettings(dim=8, n_blocks=1, max_length=6)


def test_histories_side_by_side_are_read_as_they_are_alone() -> None:
    weights = initial_weights(9, None, SMALL, np.random.default_rng(0))
    table = as_arrays(weights)["items"]
    lengths = np.array([3, 0, 1, 5, 3])
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    items = np.random.default_rng(1).integers(0, 9, offsets[-1]).astype(np.int32)
    together = all_states(weights, table, Histories(offsets, items), SMALL)
    alone = [
        all_states(weights, table, Histories(np.array([0, stop - start]), items[start:stop]), SMALL)
        for start, stop in pairwise(offsets)
    ]
    assert [len(part) for part in alone] == [4, 1, 2, 6, 4]
    np.testing.assert_allclose(together, np.concatenate(alone), atol=1e-6)
