"""A Parquet file as a source table."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from lorewise.data.rejects import ROW, Place
from lorewise.data.source_tables import N_BATCH_ROWS, Batch, SourceTable
from lorewise.errors import DataError

# Polars panics, in place of an error, on some damaged pages.
_FAULTS = (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)


def parquet_table(path: Path) -> SourceTable:
    """Return the file as a table; only its footer is read yet.

    Raises:
        DataError: The file cannot be opened or is no whole Parquet file.
    """
    try:
        schema = dict(pl.read_parquet_schema(path))
    except _FAULTS as error:
        raise _unreadable(path) from error

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        return _batches(path, columns)

    return SourceTable(place=Place(path.name, "row"), schema=schema, batches=batches)


def _batches(path: Path, columns: Sequence[str]) -> Iterator[Batch]:
    scanned = pl.scan_parquet(path).select(columns)
    try:
        n_rows = scanned.select(pl.len()).collect().item()
        for start in range(0, n_rows, N_BATCH_ROWS):
            rows = scanned.slice(start, N_BATCH_ROWS).collect()
            yield Batch(rows.with_row_index(ROW, offset=start + 1))
    except _FAULTS as error:
        raise _unreadable(path) from error
    if not n_rows:
        raise DataError(f"{path.name} has no rows; write one for each interaction, item or user")


def _unreadable(path: Path) -> DataError:
    return DataError(f"{path} is not a whole Parquet file; write or copy it again")
