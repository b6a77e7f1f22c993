from typing import Any

import pytest

from lorewise.errors import SettingsError
from lorewise.models.propagation_settings import PropagationSettings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dim", 0),
        ("n_negatives", 0),
        ("batch_likes", 0),
        ("half_life_events", 0.0),
        ("temperature", 0.0),
        ("learning_rate", -1.0),
        ("weight_decay", -0.1),
        ("max_epochs", 0),
        ("patience", 0),
        ("validation_users", -1),
        ("knowledge_dims", 0),
        ("whitening", 0.6),
        ("dislike_strength", 0.0),
        ("seed", -1),
    ],
)
def test_a_setting_out_of_its_range_is_named(name: str, value: Any) -> None:
    with pytest.raises(SettingsError, match=rf"PropagationSettings\.{name} is {value}"):
        PropagationSettings(**{name: value})
