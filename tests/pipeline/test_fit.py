import json

import numpy as np
import pytest

from lorewise.errors import SettingsError
from lorewise.pipeline.choice import json_ready
from lorewise.pipeline.fit import fit_scorer
from lorewise.testing.tiny import tiny_world


def test_an_unknown_algorithm_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match="did you mean 'rules'"):
        fit_scorer(tiny_world().dataset, algorithm="rulez")


def test_the_fusion_scores_every_item_it_can_know() -> None:
    world = tiny_world()
    seen: list[float] = []
    fitted = fit_scorer(world.dataset, progress=lambda _, share: seen.append(share))
    scores = fitted.scorer.score_catalog(world.dataset.queries())
    assert scores.shape == (world.dataset.n_users, world.dataset.n_items)
    assert not np.isnan(scores[:, ~world.is_cold]).any()
    assert seen[0] == 0
    assert seen[-1] == 1
    assert json.loads(json.dumps(fitted.summary, allow_nan=False))["algorithm"] == "fusion"


def test_infinities_are_put_in_words() -> None:
    assert json_ready({"tau": float("inf"), "k": 2}) == {"tau": "inf", "k": 2}
