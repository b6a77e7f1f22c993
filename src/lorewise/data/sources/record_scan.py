"""Finds the records of delimited text and counts their fields, a block of bytes at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]

_LINE_FEED, _CARRIAGE_RETURN, _QUOTE = b'\n\r"'


@dataclass(frozen=True)
class Records:
    """Where the complete records of a block stand; blank lines are none."""

    starts: Positions
    """First byte of each record."""

    ends: Positions
    """The line feed that ends it."""

    n_fields: Positions
    """How many fields it has."""

    lines: Positions
    """Line feeds of the block before the record."""

    n_used: int
    """Bytes up to the end of the last complete record; what follows waits for the next block."""

    stray_quote: int | None
    """Position of the first quote that neither opens nor closes a field."""


def scan(block: bytes, *, separator: bytes, has_quotes: bool) -> Records:
    r"""Return the records of the block, which starts at a record and ends with a line feed.

    With quotes, line feeds and separators between two of them belong to the field (RFC 4180).

    >>> scan(b'a,b\n"c,\nd",e\n', separator=b",", has_quotes=True).n_fields.tolist()
    [2, 2]
    """
    octets = np.frombuffer(block, dtype=np.uint8)
    breaks = np.flatnonzero(octets == _LINE_FEED)
    separators = np.flatnonzero(octets == separator[0])
    ends, stray = breaks, None
    if has_quotes and _QUOTE in block:
        quotes = np.flatnonzero(octets == _QUOTE)
        ends, separators = _outside(breaks, quotes), _outside(separators, quotes)
        stray = _stray_quote(octets, quotes, separator[0])
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)[: len(ends)]
    n_fields = np.diff(np.searchsorted(separators, ends), prepend=0) + 1
    is_blank = (ends == starts) | ((ends == starts + 1) & (octets[starts] == _CARRIAGE_RETURN))
    kept = ~is_blank
    return Records(
        starts=starts[kept],
        ends=ends[kept],
        n_fields=n_fields[kept],
        lines=np.searchsorted(breaks, starts[kept]),
        n_used=int(ends[-1]) + 1 if len(ends) else 0,
        stray_quote=stray,
    )


def without(block: bytes, records: Records, is_good: NDArray[np.bool_]) -> bytes:
    """Return the text of the good records alone, without blank lines."""
    if is_good.all() and int((records.ends - records.starts + 1).sum()) == len(block):
        return block
    change = np.zeros(len(block) + 1, dtype=np.int8)
    change[records.starts[is_good]] += 1
    change[records.ends[is_good] + 1] -= 1
    kept = np.cumsum(change[:-1], dtype=np.int8) > 0
    return np.frombuffer(block, dtype=np.uint8)[kept].tobytes()


def _outside(positions: Positions, quotes: Positions) -> Positions:
    """Return the positions that an even number of quotes precedes."""
    outside: Positions = positions[np.searchsorted(quotes, positions) % 2 == 0]
    return outside


def _stray_quote(octets: NDArray[np.uint8], quotes: Positions, separator: int) -> int | None:
    """Return the first quote with text on the side where a field or its text should end.

    A doubled quote inside a field closes and opens it again, so it passes.
    """
    edges = np.array([separator, _LINE_FEED, _CARRIAGE_RETURN, _QUOTE], dtype=np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    before = octets[np.maximum(opening - 1, 0)]
    after = octets[np.minimum(closing + 1, len(octets) - 1)]
    strays = np.concatenate(
        [
            opening[~np.isin(before, edges)],
            closing[~np.isin(after, edges)],
        ]
    )
    return int(strays.min()) if len(strays) else None
