from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.item_features import ItemFeatures
from lorewise.data.splitting.cold_items import cold_mixed
from lorewise.models.cold_columns import ColdColumns
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.pipeline.cold_trials import ColdTrials
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.validation import Validation
from lorewise.testing.tiny import tiny_world


def held_out_items() -> Validation:
    parted = cold_mixed(tiny_world().dataset, rng=np.random.default_rng(7))
    items = Validation.of(parted, np.random.default_rng(7), n_users=1_000, k=5)
    return replace(items, candidates=np.flatnonzero(items.train.item_counts == 0).astype(np.int32))


def space() -> KnowledgeSpace:
    world, rng = tiny_world(), np.random.default_rng(3)
    n = world.dataset.n_items
    blocks = {"all": rng.normal(size=(n, 5)), "some": rng.normal(size=(n, 4))}
    blocks["some"][rng.random(n) < 0.4] = 0
    blocks["few"] = np.where(rng.random((n, 1)) < 0.2, rng.normal(size=(n, 3)), 0)
    blocks["all"][::9] = 0  # so that some items have nothing at all
    floats = {name: block.astype(np.float32) for name, block in blocks.items()}
    return KnowledgeSpace.of(ItemFeatures(floats), n)


@pytest.mark.parametrize(
    "weights",
    [
        {"all": 1.0, "some": 1.0, "few": 1.0},
        {"all": 0.3, "some": 3.0, "few": 0.1},
        {"all": 0.0, "some": 1.0, "few": 0.3},
        {"all": 0.0, "some": 0.0, "few": 1.0},
    ],
)
def test_a_trial_gives_the_quality_of_the_cold_columns_themselves(
    weights: dict[str, float],
) -> None:
    items, knowledge = held_out_items(), space()
    bare = np.zeros((items.n_items, 0), dtype=np.float32)
    fitted = LinearScorer.fit(items.train, bare, LinearSettings(ridge=30))
    is_cold = items.train.item_counts == 0
    cold = ColdColumns.fit(fitted.matrix, knowledge.vectors(weights), is_cold, rho=3)
    expected = items.quality(replace(fitted, cold=cold))
    assert 0 < expected < 1
    assert ColdTrials.of(items, fitted, knowledge).quality(weights, 3) == pytest.approx(expected)


def test_without_any_block_nothing_is_found() -> None:
    items, knowledge = held_out_items(), space()
    bare = np.zeros((items.n_items, 0), dtype=np.float32)
    fitted = LinearScorer.fit(items.train, bare, LinearSettings())
    assert (
        ColdTrials.of(items, fitted, knowledge).quality(dict.fromkeys(space().names, 0.0), 1) == 0
    )
