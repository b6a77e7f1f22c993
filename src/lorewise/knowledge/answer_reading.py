"""Finds the entries of an answer in whatever form a language model gives it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lorewise.errors import LanguageModelError
from lorewise.knowledge.clipping import at_word_end

_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_DECODER = json.JSONDecoder(strict=False)
_SHOWN = 60
_MOST_BROKEN = 200
"""Objects that break off before reading stops: each costs a look at all that follows."""


@dataclass(frozen=True)
class Entry:
    """One object of an answer, its values unchecked."""

    ref: int
    title: str
    values: Mapping[str, Any]


def read_entries(answer_text: str) -> list[Entry]:
    """Return the objects that bear a ref and a title, in order; at least one.

    They may stand in a code fence, after prose, with commas too many, without the list around
    them, or in an answer that breaks off.

    Raises:
        LanguageModelError: There is none.
    """
    text = _TRAILING_COMMA.sub("", answer_text)
    entries = [_entry(found) for found in _objects(text) if _is_entry(found)]
    if not entries:
        raise LanguageModelError(
            f"no entry with ref and title is in the answer {at_word_end(answer_text, _SHOWN)!r}; "
            "ask again, or take a model that writes JSON"
        )
    return entries


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Return the outermost objects that can be read, and those inside an ``answers`` list.

    Where an object breaks off, those that begin inside it are tried.
    """
    place, n_broken = text.find("{"), 0
    while place >= 0 and n_broken < _MOST_BROKEN:
        found, end = _object_at(text, place)
        n_broken += found is None
        members = found.get("answers") if found else None
        if isinstance(members, list):
            yield from (member for member in members if isinstance(member, dict))
        elif found:
            yield found
        place = text.find("{", end)


def _object_at(text: str, place: int) -> tuple[dict[str, Any] | None, int]:
    try:
        found, end = _DECODER.raw_decode(text, place)
    except (json.JSONDecodeError, RecursionError, ValueError):
        return None, place + 1
    return (found, end) if isinstance(found, dict) else (None, place + 1)


def _is_entry(found: Mapping[str, Any]) -> bool:
    return _ref(found.get("ref")) is not None and isinstance(found.get("title"), str)


def _entry(found: Mapping[str, Any]) -> Entry:
    return Entry(_ref(found.get("ref")) or 0, found["title"], found)


def _ref(value: object) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
