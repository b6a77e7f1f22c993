"""Checks that settings lie in their ranges."""

from lorewise.errors import SettingsError


def check_positive(settings: object, *names: str) -> None:
    """Accept numbers above 0, infinity included.

    Raises:
        SettingsError: One is not; names the first.
    """
    for name in names:
        value = getattr(settings, name)
        if not value > 0:
            raise _outside(settings, name, value, "greater than 0")


def check_least(settings: object, low: int, *names: str) -> None:
    """Accept numbers of at least ``low``, infinity included.

    Raises:
        SettingsError: One is not; names the first.
    """
    for name in names:
        value = getattr(settings, name)
        if not value >= low:
            raise _outside(settings, name, value, f"of at least {low}")


def _outside(settings: object, name: str, value: float, wanted: str) -> SettingsError:
    return SettingsError(f"{type(settings).__name__}.{name} is {value!r}; give a number {wanted}")
