"""Values for a command's options from a TOML file."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import typer

from lorewise.errors import SettingsError

_NOT_IN_FILES = {"config", "help"}


def apply_config(context: typer.Context, path: Path | None) -> Path | None:
    """Make the file's values the defaults of the command at hand; return the path.

    Keys are the options without dashes in front; ``on_error`` and ``on-error`` are the same. They
    stand at the top or, for one command only, in a table of its name, which goes first; that of
    ``lorewise knowledge export`` is ``[knowledge.export]``. A list is the same as its values
    joined by commas or, where an option may be given several times, as that; there one value is
    as good as a list of it. Paths are relative to the working directory.

    Raises:
        SettingsError: The file is not TOML, or a key is not an option of the command.
    """
    if path is None or context.resilient_parsing:
        return path
    values, names = _values_for(context, _parsed(path)), _option_names(context)
    lists = {param.name for param in context.command.params if getattr(param, "multiple", False)}
    given = {_name_of(key, names, path): value for key, value in values.items()}
    context.default_map = {
        name: _listed(value) if name in lists else _plain(value) for name, value in given.items()
    }
    return path


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SettingsError(f"{path} is not TOML: {error}; correct that line") from error


def _values_for(context: typer.Context, content: dict[str, Any]) -> dict[str, Any]:
    """Return what stands at the top and in the tables of the command and its groups."""
    if context.parent is None:
        return content
    values = _values_for(context.parent, content)  # type: ignore[arg-type]  # its class has all that is asked
    commands: Mapping[str, object] = context.parent.command.commands  # type: ignore[attr-defined]  # the group
    tables = {name: values.pop(name) for name in commands if isinstance(values.get(name), dict)}
    own: Mapping[str, Any] = tables.get(context.info_name or "", {})
    return {**values, **own}


def _option_names(context: typer.Context) -> Mapping[str, str]:
    """Return the argument's name for each key that a file may have."""
    longest = ((max(param.opts, key=len), param.name) for param in context.command.params)
    keys = {_key(option): str(name) for option, name in longest if option.startswith("--")}
    return {key: name for key, name in keys.items() if key not in _NOT_IN_FILES}


def _name_of(key: str, names: Mapping[str, str], path: Path) -> str:
    if (known := _key(key)) in names:
        return names[known]
    near = get_close_matches(known, names, n=1, cutoff=0.0)
    raise SettingsError(f"{path} has the unknown key {key!r}; the nearest known is {near[0]!r}")


def _key(option: str) -> str:
    return option.lstrip("-").replace("-", "_")


def _plain(value: Any) -> Any:  # noqa: ANN401  whatever TOML holds
    return ",".join(map(str, value)) if isinstance(value, list) else value


def _listed(value: Any) -> list[Any]:  # noqa: ANN401  whatever TOML holds
    return value if isinstance(value, list) else [value]
