"""Delimited text of any size as a source table; a row with too few or many fields is rejected."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.rejects import ROW, Place, clipped, no_rejects
from lorewise.data.source_tables import Batch, SourceTable
from lorewise.data.sources.record_scan import Records, without
from lorewise.data.sources.text_blocks import N_BLOCK_BYTES, Block, as_utf_8, blocks, opened
from lorewise.data.sources.text_form import TextForm
from lorewise.errors import DataError


def text_table(path: Path, form: TextForm) -> SourceTable:
    """Return the file as a table of text columns; nothing but the header is read yet.

    Raises:
        DataError: The file cannot be opened or is empty, or its header is damaged or names a
            column twice.
    """
    columns = form.columns or _header(path, form)

    def batches(wanted: Sequence[str]) -> Iterator[Batch]:
        return _batches(path, replace(form, columns=columns), wanted, has_header=not form.columns)

    return SourceTable(
        place=Place(path.name, "line"), schema=dict.fromkeys(columns, pl.String()), batches=batches
    )


def _header(path: Path, form: TextForm) -> tuple[str, ...]:
    with opened(path) as file:
        offset = file.tell()
        line = file.readline(N_BLOCK_BYTES).rstrip(b"\r\n")
    if not line.strip():
        raise DataError(
            f"{path.name} is empty or its first line is; start with a header line such as "
            "user_id,item_id"
        )
    if b"\r" in line:
        raise DataError(
            f"{path.name}, line 1: lines end with a carriage return alone; save the file with "
            "line feeds"
        )
    text = as_utf_8(line, form, path.name, offset=offset, first_line=1).decode()
    names = _split(text, form, path)
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise DataError(
            f"{path.name}, line 1: {names.count(twice)} columns are named {twice!r}; rename or "
            "drop all but one"
        )
    return names


def _split(header: str, form: TextForm, path: Path) -> tuple[str, ...]:
    separator = form.parsed_separator.decode()
    if not form.has_quotes:
        return tuple(name.strip() for name in header.split(separator))
    rows = csv.reader([header], delimiter=separator, strict=True)
    try:
        return tuple(name.strip() for name in next(rows))
    except csv.Error as error:
        raise DataError(
            f"{path.name}, line 1: {clipped(header)!r} has a misplaced quote; close or remove it"
        ) from error


def _batches(
    path: Path, form: TextForm, wanted: Sequence[str], *, has_header: bool
) -> Iterator[Batch]:
    n_rows = 0
    for block in blocks(path, form):
        below = _below(block) if has_header and block.first_line == 1 else block
        n_rows += len(below.records.starts)
        yield _batch(below, form, wanted)
    if not n_rows:
        raise DataError(f"{path.name} has no rows; write one for each interaction, item or user")


def _below(block: Block) -> Block:
    """Return the block without its first record, the header."""
    records = block.records
    kept = Records(
        starts=records.starts[1:],
        ends=records.ends[1:],
        n_fields=records.n_fields[1:],
        lines=records.lines[1:],
        n_used=records.n_used,
        stray_quote=records.stray_quote,
    )
    return replace(block, records=kept)


def _batch(block: Block, form: TextForm, wanted: Sequence[str]) -> Batch:
    records, columns = block.records, form.columns or ()
    is_good = records.n_fields == len(columns)
    rows = _parsed(without(block.text, records, is_good), form)
    lines = pl.Series(ROW, records.lines[is_good] + block.first_line, pl.Int64)
    return Batch(
        rows.select(*(pl.col(str(columns.index(name))).alias(name) for name in wanted), lines),
        _ragged(block, ~is_good, form),
    )


def _parsed(text: bytes, form: TextForm) -> pl.DataFrame:
    """Return every column as text, named by its position: names may be empty."""
    schema = {str(position): pl.String for position in range(len(form.columns or ()))}
    if not text:
        return pl.DataFrame(schema=schema)
    return pl.read_csv(
        BytesIO(text),
        has_header=False,
        schema=schema,
        separator=form.parsed_separator.decode(),
        quote_char='"' if form.has_quotes else None,
    )


def _ragged(block: Block, is_bad: NDArray[np.bool_], form: TextForm) -> pl.DataFrame:
    if not is_bad.any():
        return no_rejects()
    records = block.records
    spans = zip(records.starts[is_bad], records.ends[is_bad], strict=True)
    texts = [block.text[start:end].rstrip(b"\r") for start, end in spans]
    shown = [text.replace(form.parsed_separator, form.separator).decode() for text in texts]
    n_columns = len(form.columns or ())
    how = "in quotes if it holds a separator" if form.has_quotes else "without separators inside"
    reason = f"has {{}} fields where there are {n_columns} columns; write one field for each, {how}"
    return pl.DataFrame(
        {
            "row": records.lines[is_bad] + block.first_line,
            "column": [""] * len(shown),
            "value": [clipped(text) for text in shown],
            "n_fields": records.n_fields[is_bad],
        }
    ).select("row", "column", "value", reason=pl.format(reason, "n_fields"))
