import numpy as np

from lorewise.models.fusion import COLD, FREQUENT, RARE, even_weights
from lorewise.pipeline.fusing import joined_weights, without_history

NAMES = ["linear", "content", "expected_popularity"]


def test_cold_items_take_their_own_weights_times_the_factor() -> None:
    weights = joined_weights(even_weights(NAMES), 3 * even_weights(NAMES), 0.5)
    assert np.all(weights[:, :, COLD] == 1.5)
    assert np.all(weights[:, :, [RARE, FREQUENT]] == 1)


def test_without_a_history_words_and_popularity_speak() -> None:
    weights = without_history(even_weights(NAMES), NAMES)
    assert weights[:, 0, FREQUENT].tolist() == [0, 1, np.float32(0.3)]
    assert np.all(weights[:, 1:] == 1)
