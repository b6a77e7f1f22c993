"""How a table is written, as the ending of the file says."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    import polars as pl

TABLE_WRITERS: Final[Mapping[str, Callable[["pl.DataFrame", Path], None]]] = {
    ".parquet": lambda frame, path: frame.write_parquet(path),
    ".csv": lambda frame, path: frame.write_csv(path),
    ".json": lambda frame, path: frame.write_json(path),
}
"""Ending -> what writes it."""


def checked_ending(path: Path | None) -> Path | None:
    """Return the path if its ending is in ``TABLE_WRITERS``; for use as an option's callback.

    Raises:
        typer.BadParameter: It is not; the message names those that are.
    """
    if path is not None and path.suffix not in TABLE_WRITERS:
        known = ", ".join(TABLE_WRITERS)
        raise typer.BadParameter(f"{path.name!r} ends in none of {known}; choose one of these")
    return path
