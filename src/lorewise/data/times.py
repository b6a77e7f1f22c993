"""Points in time, as they are written, to seconds since 1970."""

import polars as pl

END_S = 4_102_444_800
"""2100-01-01; later times are taken for a wrong unit."""

_MAX_SECONDS = 10**11  # the year 5138; as milliseconds it is 1973
_STEP = 1000
_ISO = (
    r"^\s*(?P<date>\d{4}-\d{2}-\d{2})"
    r"(?:[Tt ](?P<minute>\d{2}:\d{2})(?P<second>:\d{2})?(?:[.,]\d+)?)?"
    r"\s*(?P<zone>[Zz]|UTC|(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?)?\s*$"
)


def seconds(column: str, dtype: pl.DataType) -> pl.Expr:
    """Return the column as int64 seconds since 1970, UTC, rounded down; null where it is no time.

    Numbers are seconds, milliseconds, microseconds or nanoseconds by their size: below 1e11 s,
    below 1e14 ms, below 1e17 us. Text holds such a number or ISO 8601; without a zone it is UTC.
    """
    values = pl.col(column)
    if dtype == pl.Date or isinstance(dtype, pl.Datetime):
        return values.dt.epoch("s")
    if dtype.is_float():
        return _by_size(_whole(values))
    if dtype == pl.String:
        digits = values.cast(pl.Int64, strict=False)
        number = digits.fill_null(_whole(values.cast(pl.Float64, strict=False)))
        others = pl.when(number.is_null()).then(values)  # the pattern is slow, so only for these
        return pl.coalesce(_by_size(number), iso_seconds(others))
    return _by_size(values.cast(pl.Int64, strict=False))


def _whole(number: pl.Expr) -> pl.Expr:
    return number.floor().cast(pl.Int64, strict=False)


def _by_size(number: pl.Expr) -> pl.Expr:
    return (
        pl.when(number < _MAX_SECONDS)
        .then(number)
        .when(number < _MAX_SECONDS * _STEP)
        .then(number // _STEP)
        .when(number < _MAX_SECONDS * _STEP**2)
        .then(number // _STEP**2)
        .otherwise(number // _STEP**3)
    )


def iso_seconds(text: pl.Expr) -> pl.Expr:
    """Return ISO 8601 text as int64 seconds since 1970; null where it is something else.

    >>> pl.select(iso_seconds(pl.lit("1970-01-02T01:00:00+01:00"))).item()
    86400
    """
    parts = text.str.extract_groups(_ISO).struct
    clock = pl.concat_str(
        parts.field("date"),
        pl.lit(" "),
        parts.field("minute").fill_null("00:00"),
        parts.field("second").fill_null(":00"),
    )
    local = clock.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
    ahead = _number(parts.field("hours")) * 3600 + _number(parts.field("minutes")) * 60
    east = pl.when(parts.field("sign") == "-").then(-1).otherwise(1)
    return local.dt.epoch("s") - east * ahead


def _number(digits: pl.Expr) -> pl.Expr:
    return digits.cast(pl.Int64, strict=False).fill_null(0)
