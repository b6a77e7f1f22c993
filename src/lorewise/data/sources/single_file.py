"""One file of interactions, items or users, in the format that its name ends with."""

from collections.abc import Callable
from pathlib import Path

from lorewise.data.source_tables import SourceTable, SourceTables
from lorewise.data.sources.delimited_text import text_table
from lorewise.data.sources.parquet_file import parquet_table
from lorewise.data.sources.text_form import COMMA_SEPARATED, TAB_SEPARATED
from lorewise.errors import DataError

READERS: dict[str, Callable[[Path], SourceTable]] = {
    ".parquet": parquet_table,
    ".csv": lambda path: text_table(path, COMMA_SEPARATED),
    ".tsv": lambda path: text_table(path, TAB_SEPARATED),
}
"""Ending of the name -> how such a file is opened."""


def file_table(path: Path) -> SourceTable:
    """Return the file as a table.

    Raises:
        DataError: The name ends in none of the known ways, or the file cannot be opened.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(
            f"{path} is in no known format; its name must end with {', '.join(READERS)} or .inter"
        )
    return reader(path)


def is_single_file(path: Path) -> bool:
    """Return whether this is a file, of whatever format."""
    return path.is_file()


def single_file(path: Path) -> SourceTables:
    """Return the file as interactions, without anything about items and users."""
    return SourceTables(file_table(path))
