"""Text read a block of whole records at a time, and refused where records cannot be told apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lorewise.data.rejects import clipped
from lorewise.data.sources.record_scan import Records, scan
from lorewise.data.sources.text_form import TextForm
from lorewise.errors import DataError

N_BLOCK_BYTES = 16 * 2**20
"""Bytes read at a time; no record may be longer."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_FEED = b"\n"


@dataclass(frozen=True)
class Block:
    """Consecutive records of a file."""

    text: bytes
    """UTF-8, with one byte between fields."""

    records: Records
    """Where the records stand in the text."""

    first_line: int
    """Number of the line that the text starts with, from 1."""


def opened(path: Path) -> BinaryIO:
    """Return the file open for reading, past a byte order mark.

    Raises:
        DataError: It cannot be opened.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror}; check the path and its permissions"
        ) from error
    if file.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
        file.seek(0)
    return file


def blocks(path: Path, form: TextForm, *, n_bytes: int = N_BLOCK_BYTES) -> Iterator[Block]:
    """Yield the file's records, about ``n_bytes`` at a time.

    Raises:
        DataError: Text is not UTF-8 or has zero bytes, a quote is misplaced or never closed, or a
            record is longer than ``n_bytes``. No row after it could be trusted.
    """
    rest, first_line = b"", 1
    with opened(path) as file:
        offset = file.tell()
        for chunk, is_last in _chunks(file, n_bytes):
            raw = rest + chunk
            whole = raw.rfind(_LINE_FEED) + 1
            text = as_utf_8(raw[:whole], form, path.name, offset=offset, first_line=first_line)
            records = scan(text, separator=form.parsed_separator, has_quotes=form.has_quotes)
            block = Block(text, records, first_line)
            # Only quotes leave whole lines over, and text with quotes is never re-encoded.
            n_used = whole if records.n_used == len(text) else records.n_used
            rest = raw[n_used:]
            _refuse_stray_quote(block, path.name)
            if rest and (is_last or len(rest) > n_bytes):
                raise _endless(rest, first_line + text.count(_LINE_FEED, 0, records.n_used), path)
            yield block
            offset += n_used
            first_line += text.count(_LINE_FEED, 0, records.n_used)


def _chunks(file: BinaryIO, n_bytes: int) -> Iterator[tuple[bytes, bool]]:
    """Yield the bytes and whether they are the last, which always end with a line feed."""
    chunk = file.read(n_bytes)
    while chunk:
        following = file.read(n_bytes)
        is_open = not following and not chunk.endswith(_LINE_FEED)
        yield chunk + _LINE_FEED if is_open else chunk, not following
        chunk = following


def as_utf_8(raw: bytes, form: TextForm, name: str, *, offset: int, first_line: int) -> bytes:
    """Return the bytes as UTF-8 with one byte between fields.

    ``offset`` and ``first_line`` say where in the file ``name`` they start.

    Raises:
        DataError: They are in no encoding that the form allows, or hold a zero byte.
    """
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        if not form.may_be_latin_1:
            line = first_line + raw.count(_LINE_FEED, 0, error.start)
            raise DataError(
                f"{name}, line {line}: byte {raw[error.start]:#04x} at offset "
                f"{offset + error.start} is not UTF-8; convert the file, for example with "
                "`iconv -f LATIN1 -t UTF-8`"
            ) from error
        raw = raw.decode("latin-1").encode()
    if 0 in raw:
        raise DataError(
            f"{name}, line {first_line + raw.count(_LINE_FEED, 0, raw.index(0))}: a byte is zero; "
            "the file is damaged or in UTF-16; write it again as UTF-8"
        )
    return raw.replace(form.separator, form.parsed_separator) if form.separator[1:] else raw


def _refuse_stray_quote(block: Block, name: str) -> None:
    records, at = block.records, block.records.stray_quote
    if at is None:
        return
    starts = [*records.starts[records.starts <= at][-1:].tolist(), 0]
    start = records.n_used if at >= records.n_used else starts[0]
    line = block.first_line + block.text.count(_LINE_FEED, 0, start)
    raise DataError(
        f"{name}, line {line}: {_first_line_of(block.text[start:])!r} has a quote in the middle of "
        "a field; enclose the whole field in quotes and double each quote inside it"
    )


def _endless(rest: bytes, line: int, path: Path) -> DataError:
    fault = (
        "has a quote that is never closed; close it, or double it if it belongs to the text"
        if b'"' in rest
        else "does not end; check that lines end with a line feed"
    )
    return DataError(f"{path.name}, line {line}: {_first_line_of(rest)!r} {fault}")


def _first_line_of(text: bytes) -> str:
    return clipped(text[:400].decode(errors="replace").split("\n")[0].rstrip("\r"))
