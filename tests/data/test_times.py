from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.times import END_S, seconds


def read(*values: object, dtype: pl.DataType | None = None) -> list[int | None]:
    table = pl.DataFrame({"t": pl.Series(values, dtype=dtype)})
    return table.select(seconds("t", table.schema["t"]))["t"].to_list()


@pytest.mark.parametrize("value", [978300760, 978300760000, 978300760000000, 978300760000000000])
def test_the_size_of_a_number_tells_its_unit(value: int) -> None:
    assert read(value) == [978300760]
    assert read(str(value)) == [978300760]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T00:01", 60),
        ("1970-01-01 00:00:07", 7),
        ("1970-01-01T00:00:07.999", 7),
        ("1970-01-01T00:00:07,5Z", 7),
        ("1970-01-01T02:00:00+02:00", 0),
        ("1970-01-01T02:00:00+0200", 0),
        ("1970-01-01T02:00:00+02", 0),
        ("1970-01-01T00:00:00-01:30", 5400),
        ("1970-01-01 00:00:00 UTC", 0),
        ("1970-01-01t00:00:00z", 0),
        ("  1970-01-02  ", 86400),
        ("7.9", 7),
        ("1e9", 10**9),
    ],
)
def test_text_is_a_number_or_iso_8601_with_or_without_zone(text: str, expected: int) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize(
    "text",
    ["", "soon", "NaN", "inf", "2024-13-01", "2023-02-29", "2024-01-01T25:00", "1/2/2024"],
)
def test_anything_else_is_no_time(text: str) -> None:
    assert read(text) == [None]


def test_one_column_may_mix_forms_of_text() -> None:
    assert read("60", "1970-01-01T00:02:00Z", None, "x") == [60, 120, None, None]


def test_floats_are_rounded_down_and_nan_is_no_time() -> None:
    assert read(7.9, float("nan"), float("inf")) == [7, None, None]


def test_dates_and_times_of_polars_count_as_utc_unless_they_have_a_zone() -> None:
    assert read(date(1970, 1, 2)) == [86400]
    assert read(datetime(1970, 1, 1, 0, 0, 5)) == [5]  # noqa: DTZ001  the case under test
    assert read(datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == [0]
    assert read(5_000, dtype=pl.Datetime("ms")) == [5]
    assert read(5_000_000_000, dtype=pl.Datetime("ns")) == [5]


@given(st.integers(0, END_S - 1), st.integers(-14 * 60, 14 * 60))
def test_iso_text_in_any_zone_gives_back_the_second(second: int, zone_minutes: int) -> None:
    zone = timezone(timedelta(minutes=zone_minutes))
    text = datetime.fromtimestamp(second, UTC).astimezone(zone).isoformat()
    if text[:4] >= "1970":
        assert read(text) == [second]
