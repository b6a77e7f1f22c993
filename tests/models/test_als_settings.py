from math import inf, nan
from typing import Any

import numpy as np
import pytest

from lorewise.errors import SettingsError
from lorewise.models.als_settings import AlsSettings

OUT_OF_RANGE: list[tuple[str, list[Any]]] = [
    ("n_components", [0, -1, 2.5, True]),
    ("n_epochs", [-1, 1.5]),
    ("block_size", [0, 0.5]),
    ("unobserved_weight", [0, -1, nan, inf]),
    ("regularization", [0, -1, nan, inf, "1"]),
    ("cold_ridge", [0, -1, nan, inf]),
    ("prior", [-1, nan, inf]),
    ("nu", [-0.1, 1.1, nan]),
    ("history_tau", [0, -2, nan]),
    ("dislike_target", [-1.1, 1.1, nan]),
]


@pytest.mark.parametrize(("name", "values"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_refused_by_name(name: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(SettingsError, match=rf"AlsSettings\.{name} is "):
            AlsSettings(**{name: value})


def test_the_ends_of_the_ranges_are_allowed() -> None:
    AlsSettings(
        n_components=1, n_epochs=0, block_size=1, unobserved_weight=1e-6, regularization=1e-6,
        cold_ridge=1e9, prior=0, nu=1, history_tau=inf, dislike_target=1,
    )  # fmt: skip


def test_the_pull_grows_with_the_frequency_to_the_power_of_nu() -> None:
    events = np.array([0.0, 96.0])
    flat = AlsSettings(regularization=3, nu=0).pulls(events, 40)
    assert flat.tolist() == [3, 3]
    # 3 * (0 + .1 * 40)^.5 = 6 and 3 * (96 + 4)^.5 = 30
    rooted = AlsSettings(regularization=3, nu=0.5).pulls(events, 40)
    assert rooted.tolist() == pytest.approx([6, 30])
