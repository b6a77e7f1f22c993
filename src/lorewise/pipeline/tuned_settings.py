"""Settings that were found once and are used again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lorewise.data.dataset import Dataset
from lorewise.errors import LeakageError, SettingsError
from lorewise.models.registry import settings_class

SettingsByAlgorithm = Mapping[str, Mapping[str, Any]]
"""Algorithm -> its settings; those that are left out keep their defaults."""


@dataclass(frozen=True)
class TunedSettings:
    """What ``lorewise tune`` found, and on which data."""

    by_algorithm: SettingsByAlgorithm
    dataset_fingerprint: str

    def check_unseen(self, train: Dataset) -> None:
        """Refuse to judge settings on events that may have chosen them.

        Raises:
            LeakageError: They were not found on the very data that ``train`` holds.
        """
        if self.dataset_fingerprint != train.fingerprint:
            raise LeakageError(
                "the settings were tuned on other data than what this evaluation leaves for "
                "training, so the held-out events may have chosen them; tune again with the "
                "--protocol and the --seed of this evaluation"
            )


def read_tuned(path: Path) -> TunedSettings:
    """Return the settings in a file that ``lorewise tune`` wrote.

    Raises:
        SettingsError: It is no such file, or names settings that do not exist.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = {name: dict(about["settings"]) for name, about in content["algorithms"].items()}
        tuned = TunedSettings(found, str(content["dataset_fingerprint"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"{path} holds no settings ({error!r}); give a file that `lorewise tune` wrote"
        ) from error
    for name, values in found.items():
        settings_of(name, values)  # now, not after the work
    return tuned


def settings_of(algorithm: str, values: Mapping[str, Any]) -> Any:  # noqa: ANN401  its own settings class
    """Return these settings of the algorithm; its defaults where a value is missing.

    Infinity may be given in words, as JSON has none.

    Raises:
        SettingsError: A setting does not exist, or its value is out of range.
    """
    settings = settings_class(algorithm)
    types = {field.name: field.type for field in fields(settings)}
    for name in values.keys() - types.keys():
        nearest = get_close_matches(name, types, n=1, cutoff=0.0)[0]
        raise SettingsError(f"{algorithm} has no setting {name!r}; did you mean {nearest!r}?")
    return settings(**{name: _number(value, types[name]) for name, value in values.items()})


def _number(value: Any, wanted: Any) -> Any:  # noqa: ANN401  whatever JSON holds
    return float(value) if wanted in (float, "float") and value in ("inf", "-inf") else value
