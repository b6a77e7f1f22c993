"""Settings as arrays, so that they are saved beside what was learned under them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray


class SettingsClass(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


S = TypeVar("S", bound=SettingsClass)


def pack_settings(settings: Any) -> dict[str, NDArray[Any]]:  # noqa: ANN401  any settings class
    """Return one array without dimensions per field: a number, a truth value or a text."""
    return {f"setting_{f.name}": np.array(getattr(settings, f.name)) for f in fields(settings)}


def unpack_settings(settings_class: type[S], arrays: Mapping[str, NDArray[Any]]) -> S:
    """Return the settings that ``pack_settings`` took apart, checked again by their class."""
    names = (f.name for f in fields(settings_class))
    return settings_class(**{name: arrays[f"setting_{name}"].item() for name in names})
