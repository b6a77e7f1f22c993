"""Rows that break a rule: found, told apart from the good ones, named and written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from lorewise.errors import DataError

ROW = "__row__"
"""Column of every batch that holds the number of each row in its file."""

SCHEMA = {"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}

_FAULT = "__fault__"
_MAX_SHOWN = 80


@dataclass(frozen=True)
class Place:
    """Where rows come from, in the words of a message."""

    file: str
    """Name of the file, or of the table where there is no file."""

    row_word: Literal["line", "row"] = "row"
    """Lines of a text file count from 1, the header included; rows of other tables from 1."""


@dataclass(frozen=True)
class Check:
    """One rule for one column."""

    column: str
    """The column's name in the file."""

    fails: pl.Expr
    """True where the rule is broken."""

    reason: pl.Expr
    """What is wrong and what to do; reads on after the value."""

    value: pl.Expr
    """The value at fault."""


@dataclass(frozen=True)
class Rejects:
    """Bad rows of one file, one row per fault."""

    place: Place
    """Where they stand."""

    rows: pl.DataFrame
    """Columns as in ``SCHEMA``, sorted by row."""


def no_rejects() -> pl.DataFrame:
    """Return a table of rejects without rows."""
    return pl.DataFrame(schema=SCHEMA)


def sift(rows: pl.DataFrame, checks: Sequence[Check]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows that pass every check, and the others as rejects (columns of ``SCHEMA``).

    ``rows`` has a column ``ROW``. A row is rejected once, for the first check that it fails.
    """
    if not checks:
        return rows, no_rejects()
    faults = [
        pl.when(check.fails).then(pl.lit(number, pl.Int16)) for number, check in enumerate(checks)
    ]
    marked = rows.with_columns(pl.coalesce(faults).alias(_FAULT))
    if marked[_FAULT].null_count() == len(rows):
        return rows, no_rejects()
    bad = marked.filter(pl.col(_FAULT).is_not_null())
    return (
        marked.filter(pl.col(_FAULT).is_null()).drop(_FAULT),
        pl.concat(
            _described(bad.filter(pl.col(_FAULT) == number), check)
            for number, check in enumerate(checks)
        ).sort("row"),
    )


def _described(bad: pl.DataFrame, check: Check) -> pl.DataFrame:
    return bad.select(
        row=pl.col(ROW).cast(pl.Int64),
        column=pl.lit(check.column),
        value=check.value.cast(pl.String).fill_null(""),
        reason=check.reason,
    )


def refusal(rejects: Sequence[Rejects]) -> DataError:
    """Return the error that names the first bad row and counts the others."""
    first = next(found for found in rejects if len(found.rows))
    n_more = sum(len(found.rows) for found in rejects) - 1
    row, column, value, reason = first.rows.row(0)
    where = f"{first.place.file}, {first.place.row_word} {row}"
    at = f"{where}, column {column!r}" if column else where
    tail = f" ({n_more} more bad {'row' if n_more == 1 else 'rows'})" if n_more else ""
    return DataError(f"{at}: {clipped(value)!r} {reason}{tail}")


def clipped(value: str) -> str:
    """Return the value, shortened to fit a message."""
    return value if len(value) <= _MAX_SHOWN else value[: _MAX_SHOWN - 3] + "..."


def rejects_table(rejects: Sequence[Rejects]) -> pl.DataFrame:
    """Return all bad rows as one table: ``file, row, column, value, reason``."""
    parts = [
        found.rows.select(pl.lit(found.place.file).alias("file"), *SCHEMA) for found in rejects
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema={"file": pl.String, **SCHEMA})


def write_rejects(rejects: pl.DataFrame, path: Path) -> None:
    """Write the table as CSV; only the header where there is no bad row.

    Raises:
        DataError: The file cannot be written.
    """
    try:
        rejects.write_csv(path)
    except OSError as error:
        raise DataError(
            f"bad rows cannot be written to {path}: {error}; name a file in a folder that exists"
        ) from error
