"""A folder with ``interactions``, and maybe ``items`` and ``users``, in any single-file format."""

from pathlib import Path

from lorewise.data.source_tables import SourceTable, SourceTables
from lorewise.data.sources.single_file import READERS, file_table
from lorewise.errors import DataError


def is_table_folder(path: Path) -> bool:
    """Return whether the folder has interactions under that name."""
    return bool(_files(path, "interactions"))


def table_folder(path: Path) -> SourceTables:
    """Return the tables of the folder.

    Raises:
        DataError: A table is there in two formats, or a file cannot be opened.
    """
    items, users = _table(path, "items"), _table(path, "users")
    return SourceTables(file_table(_only(path, "interactions")), items, users)


def _files(path: Path, stem: str) -> list[Path]:
    named = (path / f"{stem}{ending}" for ending in READERS)
    return [file for file in named if file.is_file()]


def _table(path: Path, stem: str) -> SourceTable | None:
    return file_table(_only(path, stem)) if _files(path, stem) else None


def _only(path: Path, stem: str) -> Path:
    first, *others = _files(path, stem)
    if others:
        raise DataError(
            f"{path} holds both {first.name} and {others[0].name}; keep the one that counts"
        )
    return first
