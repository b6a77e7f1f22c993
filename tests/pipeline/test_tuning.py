"""Lore counts for new items where it tells something, and not where it gains too little."""

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.encoders.blocks import BlockSettings, encode_items
from lorewise.models.linear_settings import LinearSettings
from lorewise.pipeline import tuning
from lorewise.pipeline.held_out import COLD_DRAWS, HeldOut
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.lore_controls import without_lore
from lorewise.pipeline.tuning import Tuned, tune_cold
from lorewise.testing.told_world import told_world


def tuned(dataset: Dataset, seed: int) -> Tuned:
    blocks = encode_items(dataset, BlockSettings(dense="none"), cache=None)
    space = KnowledgeSpace.of(blocks.features, dataset.n_items)
    draws = HeldOut.of(dataset, "fast", seed).cold_items
    assert len(draws) == COLD_DRAWS
    return tune_cold(draws, space, LinearSettings(), lambda _share: None)


def of_lore(found: Tuned) -> list[float]:
    return [weight for name, weight in found.block_weights.items() if name.startswith("lore.")]


def bare_world() -> Dataset:
    return without_lore(told_world(), np.random.default_rng(0))


@pytest.mark.parametrize("seed", [0, 1])
def test_lore_that_tells_what_people_like_is_loud(seed: int) -> None:
    found = tuned(told_world(), seed)
    assert max(of_lore(found)) > 0
    assert found.quality > 1.05 * tuned(bare_world(), seed).quality


def test_lore_that_gains_too_little_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "LEAST_GAIN_OF_LORE", 9.0)
    found, bare = tuned(told_world(), 0), tuned(bare_world(), 0)
    assert max(of_lore(found)) == 0
    # Titles say nothing here, so that rounding decides who of equals comes first.
    assert found.quality == pytest.approx(bare.quality, abs=0.01)
    assert found.n_trials > bare.n_trials
