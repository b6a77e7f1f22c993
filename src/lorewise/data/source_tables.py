"""Tables as they come from outside, read a batch at a time so that memory stays bounded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, Self

import polars as pl

from lorewise.data.rejects import ROW, Place, no_rejects
from lorewise.errors import DataError

N_BATCH_ROWS = 1_000_000
"""Rows of a batch, where the source is not text."""


class ArrowStream(Protocol):
    """Any table that hands out its columns in Arrow's format: Polars, pandas, pyarrow and more."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return a capsule with the table's batches."""
        ...


@dataclass(frozen=True)
class Batch:
    """Some consecutive rows of a table."""

    rows: pl.DataFrame
    """The columns asked for, and ``ROW``."""

    rejects: pl.DataFrame = field(default_factory=no_rejects)
    """Rows between them that could not even be split into columns."""


@dataclass(frozen=True, kw_only=True)
class SourceTable:
    """A table whose values nobody has checked yet."""

    place: Place
    """What messages call it."""

    schema: Mapping[str, pl.DataType]
    """Column name -> type; text for every column of a text file."""

    batches: Callable[[Sequence[str]], Iterator[Batch]]
    """Reads these columns, in the order of the file."""

    def reshaped(
        self, schema: Mapping[str, pl.DataType], reshape: Callable[[pl.DataFrame], pl.DataFrame]
    ) -> Self:
        """Return the table with other columns, made from all of its own, batch by batch."""
        own = list(self.schema)

        def batches(columns: Sequence[str]) -> Iterator[Batch]:
            for batch in self.batches(own):
                yield Batch(reshape(batch.rows).select(*columns, ROW), batch.rejects)

        return replace(self, schema=schema, batches=batches)


@dataclass(frozen=True)
class SourceTables:
    """What a reader finds: interactions, and whatever describes items and users."""

    interactions: SourceTable
    """One row per interaction."""

    items: SourceTable | None = None
    """One row per item."""

    users: SourceTable | None = None
    """One row per user."""


def table_of_frame(frame: ArrowStream, name: str) -> SourceTable:
    """Return a Polars or pandas data frame or an Arrow table as a source.

    Neither pandas nor pyarrow is imported here: Polars reads both through their own interfaces.

    Raises:
        DataError: A column holds objects that no table type can hold.
        TypeError: It is none of these.
    """
    rows = _as_polars(frame, name)

    def batches(columns: Sequence[str]) -> Iterator[Batch]:
        numbered = rows.select(columns).with_row_index(ROW, offset=1)
        for part in numbered.iter_slices(N_BATCH_ROWS):
            yield Batch(part)

    return SourceTable(place=Place(name), schema=dict(rows.schema), batches=batches)


def _as_polars(frame: ArrowStream, name: str) -> pl.DataFrame:
    if isinstance(frame, pl.DataFrame):
        return frame
    if not hasattr(frame, "__arrow_c_stream__"):
        raise TypeError(
            f"{name} is a {type(frame).__name__}; give a Polars or pandas DataFrame or a pyarrow "
            "Table"
        )
    try:
        return pl.DataFrame(frame)
    except (TypeError, ValueError, OverflowError, ImportError, pl.exceptions.PolarsError) as error:
        raise DataError(
            f"{name}: the table cannot be converted ({error}); give every column one type, "
            "ids as text"
        ) from error
