"""One thing that is asked about each subject."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lorewise.errors import SettingsError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAKEN = ("id", "ref", "title", "confidence", "provenance")
_KEYS = {"name", "type", "about", "max_items", "max_characters"}
_TEXT_CHARACTERS = 120
_LIST_CHARACTERS = 60
_LIST_ITEMS = 5
_MAX_CHARACTERS = 1_000
_MAX_ITEMS = 20


@dataclass(frozen=True, kw_only=True)
class Facet:
    """A named part of the answer: some words, or a list of names or phrases."""

    name: str
    """As it is filed: lower case letters, digits and ``_``."""

    about: str
    """What belongs there, in the words of the prompt."""

    is_list: bool

    max_items: int
    """Of a list; 1 for words."""

    max_characters: int
    """Of the words, or of each item of the list."""

    @property
    def line(self) -> str:
        """How the prompt lists it; the number in brackets is the most that a list may hold."""
        limit = f" [{self.max_items}]" if self.is_list else ""
        return f"- {self.name}{limit}: {self.about}"

    @property
    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        words: dict[str, Any] = {"type": "string", "maxLength": self.max_characters}
        if not self.is_list:
            return words
        return {"type": "array", "items": words, "maxItems": self.max_items}


def facets_of(front: Mapping[str, Any], file: str) -> tuple[Facet, ...]:
    """Return the facets of a prompt's front matter, in its order.

    Raises:
        SettingsError: There is none, one stands twice, or one breaks a rule the message names.
    """
    tables = front.get("facets")
    if not isinstance(tables, list) or not tables:
        raise SettingsError(f"{file} has no facets; write at least one [[facets]] table")
    facets = tuple(
        _facet(table, f"{file}, facet {number}") for number, table in enumerate(tables, 1)
    )
    names = [facet.name for facet in facets]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{file}: the facet {name!r} stands twice; rename or drop one")
    return facets


def _facet(table: Any, where: str) -> Facet:  # noqa: ANN401  whatever TOML holds
    if not isinstance(table, dict):
        raise SettingsError(f"{where} is {table!r}; write a [[facets]] table")
    for key in table.keys() - _KEYS:
        raise SettingsError(f"{where}: {key!r} is no key; write one of {sorted(_KEYS)}")
    is_list = _type(table, where) == "list"
    return Facet(
        name=_name(table, where),
        about=_about(table, where),
        is_list=is_list,
        max_items=_whole(table, "max_items", _LIST_ITEMS, where) if is_list else 1,
        max_characters=_whole(
            table, "max_characters", _LIST_CHARACTERS if is_list else _TEXT_CHARACTERS, where
        ),
    )


def _name(table: Mapping[str, Any], where: str) -> str:
    name = table.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in _TAKEN:
        raise SettingsError(
            f"{where}: name is {name!r}; write up to 40 lower case letters, digits and _, "
            f"and none of {', '.join(_TAKEN)}"
        )
    return name


def _type(table: Mapping[str, Any], where: str) -> str:
    kind = table.get("type", "text")
    if kind not in ("text", "list"):
        raise SettingsError(f"{where}: type is {kind!r}; write text or list")
    return str(kind)


def _about(table: Mapping[str, Any], where: str) -> str:
    about = table.get("about")
    if not isinstance(about, str) or not about.strip():
        raise SettingsError(f"{where}: about is {about!r}; say in words what belongs there")
    return " ".join(about.split())


def _whole(table: Mapping[str, Any], key: str, default: int, where: str) -> int:
    number = table.get(key, default)
    most = _MAX_ITEMS if key == "max_items" else _MAX_CHARACTERS
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= most:
        raise SettingsError(f"{where}: {key} is {number!r}; write a whole number from 1 to {most}")
    return number
