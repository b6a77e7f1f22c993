from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.models.transformer_fitting import SHARES, Fitting
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.testing.tiny import tiny_world

SETTINGS = TransformerSettings(validation_users=10)


def fitting(settings: TransformerSettings = SETTINGS) -> Fitting:
    return Fitting.of(tiny_world().dataset, tiny_world().vectors, settings)


def test_nobody_is_asked_where_nobody_shall_be() -> None:
    held = fitting(replace(SETTINGS, validation_users=0))
    assert len(held.held_out.answers) == 0
    assert held.best_share(lambda _share, asked: np.zeros((len(asked), 45), np.float32)) == 0.5


@pytest.mark.parametrize("best", [0.2, 0.8])
def test_the_weight_of_knowledge_is_the_one_that_finds_most(best: float) -> None:
    held = fitting()

    def score(share: float, asked: Queries) -> Scores:
        scores = np.ones((len(asked), tiny_world().dataset.n_items), dtype=np.float32)
        scores[np.arange(len(asked)), held.held_out.answers] = 2 if share == best else 0
        return scores

    assert held.best_share(score) == best


def test_of_equal_weights_the_one_nearest_to_half_is_taken() -> None:
    held = fitting()
    n_items = tiny_world().dataset.n_items
    assert 0.5 in SHARES
    assert held.best_share(lambda _share, asked: np.zeros((len(asked), n_items), np.float32)) == 0.5
