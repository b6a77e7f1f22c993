"""Digests that tell whether a file or a value is still what it was."""

import hashlib
import json
from pathlib import Path

from pydantic import JsonValue


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of the file's bytes, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_sha256(value: JsonValue) -> str:
    """Return the SHA-256 of the value as JSON with sorted keys, 64 hex digits.

    >>> json_sha256({"a": 1, "b": 2}) == json_sha256({"b": 2, "a": 1})
    True

    Raises:
        ValueError: The value is not plain JSON (NaN and infinity are not).
    """
    text = json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
