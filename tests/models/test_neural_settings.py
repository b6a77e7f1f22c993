"""What all nets share is checked once, for all of them."""

from typing import Any

import pytest

from lorewise.errors import SettingsError
from lorewise.models.neural_settings import NeuralSettings
from lorewise.models.propagation_settings import PropagationSettings
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.models.two_tower_settings import TwoTowerSettings

CLASSES = (NeuralSettings, TransformerSettings, TwoTowerSettings, PropagationSettings)


@pytest.mark.parametrize("settings", CLASSES)
@pytest.mark.parametrize(
    "wrong",
    [
        {"max_epochs": 0},
        {"patience": 0},
        {"knowledge_dims": 0},
        {"validation_users": -1},
        {"seed": -1},
        {"whitening": 0.6},
        {"weight_decay": -0.1},
        {"learning_rate": 0.0},
    ],
)
def test_impossible_settings_are_refused_by_name(
    settings: type[NeuralSettings], wrong: dict[str, Any]
) -> None:
    with pytest.raises(SettingsError, match=f"{settings.__name__}.{next(iter(wrong))}"):
        settings(**wrong)
