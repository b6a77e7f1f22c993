"""Checks that a setting lies in its range."""

import math
from difflib import get_close_matches
from typing import Any

from lorewise.errors import SettingsError


def check_range(settings: object, name: str, low: float, high: float = math.inf) -> None:
    """Accept a number from ``low`` to ``high``, both included.

    Raises:
        SettingsError: The setting is not a number, NaN, or outside.
    """
    value = getattr(settings, name)
    if not isinstance(value, int | float) or not low <= value <= high:
        raise SettingsError(
            f"{type(settings).__name__}.{name} is {value!r}; give a number from {low} to {high}"
        )


def check_above(settings: object, name: str, low: float) -> None:
    """Accept a number greater than ``low``, infinity included.

    Raises:
        SettingsError: The setting is not a number, NaN, or not greater.
    """
    value = getattr(settings, name)
    if not isinstance(value, int | float) or not value > low:
        raise SettingsError(
            f"{type(settings).__name__}.{name} is {value!r}; give a number greater than {low}"
        )


def check_count(settings: object, name: str, low: int) -> None:
    """Accept a whole number of at least ``low``.

    Raises:
        SettingsError: The setting is not whole or is less.
    """
    value = getattr(settings, name)
    if not isinstance(value, int) or isinstance(value, bool) or value < low:
        raise SettingsError(
            f"{type(settings).__name__}.{name} is {value!r}; give a whole number, at least {low}"
        )


def check_choice(settings: object, name: str, choices: tuple[str, ...]) -> None:
    """Accept one of ``choices``.

    Raises:
        SettingsError: The setting is something else; the message names the nearest choice.
    """
    value: Any = getattr(settings, name)
    if value not in choices:
        nearest = get_close_matches(str(value), choices, n=1, cutoff=0.0)[0]
        raise SettingsError(
            f"{type(settings).__name__}.{name} is {value!r}; "
            f"did you mean {nearest!r}? It may be {', '.join(choices)}"
        )
