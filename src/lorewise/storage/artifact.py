"""Immutable model folders: plain arrays and tables with a manifest, never pickle."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import JsonValue

from lorewise.errors import ArtifactError
from lorewise.storage.folder_check import check_files, check_replaceable
from lorewise.storage.folder_swap import appearing_folder
from lorewise.storage.manifest import (
    FILE_NAME_PATTERN,
    FileRecord,
    Manifest,
    read_manifest,
    write_manifest,
)

Parts = Mapping[str, Mapping[str, NDArray[Any]]]
Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Artifact:
    """A model folder as loaded."""

    folder: Path
    """Where it lies."""

    manifest: Manifest
    """What it was made of and how."""

    parts: Parts
    """Part name -> array name -> array, read-only, memory-mapped."""

    tables: Tables
    """Table name -> table."""


def save_artifact(
    folder: Path,
    parts: Parts,
    manifest_fields: Mapping[str, JsonValue],
    tables: Tables | None = None,
) -> None:
    """Write a model folder that appears complete or not at all; replace an older model in one step.

    ``manifest_fields`` is what ``Manifest.of`` takes. Arrays keep their type, half precision and
    byte order included.

    Raises:
        ArtifactError: ``folder`` holds something that is not a model, or cannot be written.
        ValueError: A name or a field cannot be stored.
        TypeError: An array holds Python objects, which only pickle could store.
    """
    check_replaceable(folder)
    manifest = Manifest.of(manifest_fields, tuple(parts))
    try:
        with appearing_folder(folder) as partial:
            for path, content in _files(partial, parts, tables or {}):
                path.parent.mkdir(exist_ok=True)
                _write(path, content)
            write_manifest(manifest.model_copy(update={"files": _records(partial)}), partial)
    except OSError as error:
        raise ArtifactError(
            f"cannot write {folder}: {error.strerror or error}; "
            "check free space and permissions, or choose another folder"
        ) from error


def load_artifact(folder: Path, *, verify: bool = True) -> Artifact:
    """Return the model in ``folder``; its arrays are mapped from disk, not read.

    ``verify`` compares every file's SHA-256 as well, which reads the whole folder once.

    Raises:
        ArtifactError: The folder is missing, incomplete, corrupt, foreign or of a newer format;
            the message names the file.
    """
    manifest = read_manifest(folder)
    check_files(folder, manifest, verify=verify)
    parts: dict[str, dict[str, NDArray[Any]]] = {part: {} for part in manifest.parts}
    tables: dict[str, pl.DataFrame] = {}
    for name in manifest.files:
        path = folder / name
        if path.suffix == ".npy":
            parts.setdefault(path.parent.name, {})[path.stem] = _mapped(path)
        else:
            tables[path.stem] = _table(path)
    return Artifact(folder, manifest, parts, tables)


def _files(
    folder: Path, parts: Parts, tables: Tables
) -> Iterator[tuple[Path, NDArray[Any] | pl.DataFrame]]:
    """Yield where each array and table goes, with what to write there."""
    for part, arrays in parts.items():
        for name, array in arrays.items():
            yield _placed(folder, f"{part}/{name}.npy"), np.asarray(array)
    for name, table in tables.items():
        yield _placed(folder, f"tables/{name}.parquet"), table


def _placed(folder: Path, name: str) -> Path:
    if not re.fullmatch(FILE_NAME_PATTERN, name):
        raise ValueError(
            f"{name!r} cannot name a file of a model; use letters, digits, '_', '-' and '.' only"
        )
    return folder / name


def _write(path: Path, content: NDArray[Any] | pl.DataFrame) -> None:
    if isinstance(content, pl.DataFrame):
        content.write_parquet(path)
    elif content.dtype.hasobject:
        raise TypeError(
            f"{path.parent.name}/{path.stem} has dtype {content.dtype}, which holds Python "
            "objects; store numbers, or a table for text"
        )
    else:
        np.save(path, content, allow_pickle=False)


def _records(folder: Path) -> dict[str, FileRecord]:
    """Return the record of each file below ``folder``, by its path in there."""
    return {
        path.relative_to(folder).as_posix(): FileRecord.of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _mapped(path: Path) -> NDArray[Any]:
    """Return the array mapped from disk; ``open_memmap`` knows neither pickle nor zip."""
    try:
        return np.asarray(np.lib.format.open_memmap(path, mode="r"))
    except (ValueError, OSError) as error:
        raise _unreadable(path, error) from error


def _table(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> ArtifactError:
    return ArtifactError(
        f"{path} cannot be read: {error}; restore the folder from a copy or fit the model again"
    )
