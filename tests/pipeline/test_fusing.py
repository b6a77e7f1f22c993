import numpy as np

from lorewise.models.fusion import COLD, FREQUENT, RARE, even_weights
from lorewise.pipeline.fusing import joined_weights, with_spoken

NAMES = ["linear", "content", "expected_popularity"]


def test_cold_items_take_their_own_weights_times_the_factor() -> None:
    weights = joined_weights(even_weights(NAMES), 3 * even_weights(NAMES), 0.5)
    assert np.all(weights[:, :, COLD] == 1.5)
    assert np.all(weights[:, :, [RARE, FREQUENT]] == 1)


def test_those_without_a_history_have_weights_of_their_own() -> None:
    spoken = 7 * even_weights(NAMES)
    weights = with_spoken(even_weights(NAMES), spoken)
    assert np.all(weights[:, 0] == 7)
    assert np.all(weights[:, 1:] == 1)
