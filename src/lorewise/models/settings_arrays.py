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
    """Return one array without dimensions per field: a number, a truth value or a text.

    A field that is None is left out.
    """
    values = {f.name: getattr(settings, f.name) for f in fields(settings)}
    return {f"setting_{name}": np.array(v) for name, v in values.items() if v is not None}


def unpack_settings(settings_class: type[S], arrays: Mapping[str, NDArray[Any]]) -> S:
    """Return the settings that ``pack_settings`` took apart, checked again by their class."""
    names = [f.name for f in fields(settings_class)]
    packed = {name: arrays.get(f"setting_{name}") for name in names}
    return settings_class(**{name: None if v is None else v.item() for name, v in packed.items()})
