"""Interactions with checked values in compact types, and the rows that had to be rejected."""

from collections.abc import Iterator, Mapping

import polars as pl

from lorewise.data.column_names import (
    ALIASES,
    EVENT,
    ITEM,
    RATING,
    TIME,
    USER,
    WEIGHT,
    find_columns,
)
from lorewise.data.id_checks import id_checks
from lorewise.data.preferences import AssembleSettings, dislike_limit
from lorewise.data.rejects import ROW, Check, Rejects, no_rejects, sift
from lorewise.data.source_tables import SourceTable
from lorewise.data.times import END_S, seconds
from lorewise.errors import DataError

_TYPED = "__typed__"
_NUMBER = "write a number such as 1 or 0.5, or drop the row"
_TIME = "write seconds since 1970 or ISO 8601 such as 2024-05-31T18:00:00Z, or drop the row"


def checked_interactions(
    table: SourceTable, settings: AssembleSettings
) -> tuple[pl.DataFrame, Rejects]:
    """Return the good rows in the order of the file, and the bad ones.

    The columns are ``ROW``, ``user_id`` and ``item_id`` as categories, and where the table has
    them ``weight`` and ``rating`` (float32), ``timestamp`` (int64, seconds since 1970, UTC) and
    ``event_type`` (categories).

    Raises:
        DataError: A column is missing or has a type that cannot be read, or there is no row.
    """
    own_name = find_columns(
        list(table.schema), aliases=ALIASES, required=[USER, ITEM], table=table.place.file
    )
    _refuse_types(table, own_name)
    good, bad = [], [no_rejects()]
    for rows, rejects in _sifted_batches(table, own_name):
        good.append(rows)
        bad.append(rejects)
    if not good:
        raise DataError(f"{table.place.file}: no rows; give at least one interaction")
    rows, zeros = _without_zero_counts(pl.concat(good, rechunk=True), own_name, settings)
    return rows, Rejects(table.place, pl.concat([*bad, zeros]).sort("row", maintain_order=True))


def _sifted_batches(
    table: SourceTable, own_name: Mapping[str, str]
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    checks = _checks(own_name)
    for batch in table.batches(list(own_name.values())):
        rows = batch.rows.rename({own: role for role, own in own_name.items()})
        typed = rows.with_columns(_typed(rows.schema))
        good, rejects = sift(typed, checks)
        yield _compact(good), pl.concat([batch.rejects, rejects])


def _typed(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    numbers = [
        pl.col(role).cast(pl.Float32, strict=False).alias(_TYPED + role)
        for role in (WEIGHT, RATING)
        if role in schema
    ]
    times = [seconds(TIME, schema[TIME]).alias(_TYPED + TIME)] if TIME in schema else []
    texts = [pl.col(role).cast(pl.String) for role in (USER, ITEM, EVENT) if role in schema]
    return [*texts, *numbers, *times]


def _compact(rows: pl.DataFrame) -> pl.DataFrame:
    kept = [role for role in (USER, ITEM, EVENT) if role in rows.columns]
    typed = [name for name in rows.columns if name.startswith(_TYPED)]
    return rows.select(
        pl.col(ROW),
        pl.col(kept).cast(pl.Categorical),
        *(pl.col(name).alias(name.removeprefix(_TYPED)) for name in typed),
    )


def _checks(own_name: Mapping[str, str]) -> list[Check]:
    checks = [*id_checks(own_name[USER], USER), *id_checks(own_name[ITEM], ITEM)]
    if WEIGHT in own_name:
        zero = "is no weight; drop the row or give a weight above 0, or below 0 for a dislike"
        checks += _number_checks(own_name, WEIGHT, may_be_empty=EVENT in own_name)
        checks.append(_check(own_name, WEIGHT, pl.col(_TYPED + WEIGHT) == 0, zero))
    if RATING in own_name:
        says_more = EVENT in own_name or WEIGHT in own_name
        checks += _number_checks(own_name, RATING, may_be_empty=says_more)
    return checks + (_time_checks(own_name) if TIME in own_name else [])


def _number_checks(own_name: Mapping[str, str], role: str, *, may_be_empty: bool) -> list[Check]:
    number = pl.col(_TYPED + role)
    is_empty = pl.col(role).is_null() | (pl.col(role).cast(pl.String) == "")
    wrong = number.is_null() & ~is_empty if may_be_empty else number.is_null()
    return [
        _check(own_name, role, wrong, f"is not a number; {_NUMBER}"),
        _check(own_name, role, ~number.is_finite(), f"is not a finite number; {_NUMBER}"),
    ]


def _time_checks(own_name: Mapping[str, str]) -> list[Check]:
    time = pl.col(_TYPED + TIME)
    early = "is before 1970; correct the time or its unit, or drop the row"
    late = "is after 2100; correct the time or its unit, or drop the row"
    return [
        _check(own_name, TIME, time.is_null(), f"is not a time; {_TIME}"),
        _check(own_name, TIME, time < 0, early),
        _check(own_name, TIME, time >= END_S, late),
    ]


def _check(own_name: Mapping[str, str], role: str, fails: pl.Expr, reason: str) -> Check:
    return Check(own_name[role], fails, pl.lit(reason), pl.col(role))


def _without_zero_counts(
    rows: pl.DataFrame, own_name: Mapping[str, str], settings: AssembleSettings
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sift once more: only the largest rating of all tells whether ratings are counts."""
    if RATING not in own_name or WEIGHT in own_name:
        return rows, no_rejects()
    if dislike_limit(rows[RATING], settings) is not None:
        return rows, no_rejects()
    reason = "counts nothing (values above 10 make these counts, not ratings); drop the row"
    return sift(rows, [_check(own_name, RATING, pl.col(RATING) == 0, reason)])


def _refuse_types(table: SourceTable, own_name: Mapping[str, str]) -> None:
    for role, own in own_name.items():
        dtype = table.schema[own]
        fits, remedy = _accepted(role, dtype)
        if not fits:
            raise DataError(
                f"{table.place.file}, column {own!r}: values of type {dtype} are no "
                f"{role}; {remedy}"
            )


def _accepted(role: str, dtype: pl.DataType) -> tuple[bool, str]:
    is_text = dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null)
    if role in (USER, ITEM, EVENT):
        return is_text or dtype.is_integer(), "convert the column to text or whole numbers"
    if role == TIME:
        is_time = dtype == pl.Date or isinstance(dtype, pl.Datetime)
        return is_text or is_time or dtype.is_numeric(), "convert it to times, numbers or text"
    return is_text or dtype.is_numeric(), "convert the column to numbers"
