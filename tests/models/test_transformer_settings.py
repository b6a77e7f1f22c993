from typing import Any

import pytest

from lorewise.errors import SettingsError
from lorewise.models.transformer_settings import TransformerSettings


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"dim": 63}, "2 heads cannot share"),
        ({"n_blocks": 0}, r"n_blocks is 0; .* at least 1"),
        ({"patience": 0}, r"patience is 0; .* at least 1"),
        ({"dropout": 1.0}, "dropout is 1.0"),
        ({"whitening": 0.6}, "whitening is 0.6"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"block": "sasrek"}, "did you mean 'sasrec'"),
        ({"n_experts": 0}, r"n_experts is 0; .* at least 1"),
        ({"knowledge_share": 1.5}, "knowledge_share is 1.5"),
        ({"propensity": 2}, "propensity is 2"),
        ({"cold_shrinkage": -0.1}, "cold_shrinkage is -0.1"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_setting_out_of_its_range_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        TransformerSettings(**wrong)
