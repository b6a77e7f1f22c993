from typing import TYPE_CHECKING, cast

import numpy as np

from lorewise.data.primitives import Scores
from lorewise.models.fusion import COLD, FREQUENT, RARE, even_weights
from lorewise.pipeline.fusing import for_all, joined_weights, warm_weights, with_spoken

if TYPE_CHECKING:
    from lorewise.pipeline.pool import Pool

NAMES = ["linear", "content", "expected_popularity"]


def test_cold_items_take_their_own_weights_times_the_factor() -> None:
    weights = joined_weights(even_weights(NAMES), 3 * even_weights(NAMES), 0.5)
    assert np.all(weights[:, :, COLD] == 1.5)
    assert np.all(weights[:, :, [RARE, FREQUENT]] == 1)


def test_members_without_a_say_are_silent() -> None:
    weights = for_all([*NAMES, "transformer"], 3 * even_weights(NAMES))
    assert weights.shape == even_weights([*NAMES, "transformer"]).shape
    assert np.all(weights[:3] == 3)
    assert not weights[3].any()
    np.testing.assert_array_equal(for_all(NAMES, even_weights(NAMES)), even_weights(NAMES))


def test_those_without_a_history_have_weights_of_their_own() -> None:
    spoken = 7 * even_weights(NAMES)
    weights = with_spoken(even_weights(NAMES), spoken)
    assert np.all(weights[:, 0] == 7)
    assert np.all(weights[:, 1:] == 1)


class ShyPool:
    """A second member that helps only if it is loud, and harms if it is not."""

    bins = np.ones(10, dtype=np.int64)

    def quality(self, weights: Scores, *, of: object = None) -> float:
        first, second, third = weights[:, 1, FREQUENT]
        return float(first + (0.3 if second >= 0.75 else -second) - third) / 10


def test_a_member_that_helps_only_if_it_is_loud_is_found() -> None:
    weights = warm_weights(cast("Pool", ShyPool()), NAMES)
    assert np.all(weights[1, 1] >= 0.75)
    assert np.all(weights[2, 1] == 0)
