from dataclasses import dataclass

import numpy as np

from lorewise.models.settings_arrays import pack_settings, unpack_settings


@dataclass(frozen=True)
class Settings:
    name: str = "é"
    k: int = 3
    share: float = float("inf")
    is_on: bool = True
    limit: float | None = 1.0


def test_settings_come_back_with_their_types() -> None:
    arrays = pack_settings(Settings())
    assert all(array.dtype != np.object_ and array.ndim == 0 for array in arrays.values())
    back = unpack_settings(Settings, arrays)
    assert back == Settings()
    assert [type(value) for value in vars(back).values()] == [str, int, float, bool, float]


def test_what_is_not_set_stays_so() -> None:
    arrays = pack_settings(Settings(limit=None))
    assert "setting_limit" not in arrays
    assert unpack_settings(Settings, arrays) == Settings(limit=None)
