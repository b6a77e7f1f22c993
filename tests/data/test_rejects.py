from pathlib import Path

import polars as pl
import pytest

from lorewise.data.rejects import (
    ROW,
    Check,
    Place,
    Rejects,
    clipped,
    no_rejects,
    refusal,
    rejects_table,
    sift,
    write_rejects,
)
from lorewise.errors import DataError


def below(limit: int) -> Check:
    return Check("n", pl.col("n") < limit, pl.lit(f"is below {limit}"), pl.col("n"))


def test_a_row_is_rejected_once_for_the_first_check_it_fails() -> None:
    rows = pl.DataFrame({ROW: [2, 3, 4], "n": [5, -1, 1]})
    good, bad = sift(rows, [below(2), below(0)])
    assert good.to_dict(as_series=False) == {ROW: [2], "n": [5]}
    assert bad.rows() == [(3, "n", "-1", "is below 2"), (4, "n", "1", "is below 2")]


def test_rejects_stand_in_the_order_of_rows_not_of_checks() -> None:
    rows = pl.DataFrame({ROW: [1, 2], "n": [1, -1]})
    _, bad = sift(rows, [below(0), below(2)])
    assert bad["row"].to_list() == [1, 2]


def test_rows_without_fault_come_back_unchanged() -> None:
    rows = pl.DataFrame({ROW: [1], "n": [5]})
    assert sift(rows, [below(2)])[0].equals(rows)
    assert sift(rows, [])[0].equals(rows)


def test_the_refusal_names_the_first_bad_row_and_counts_the_others() -> None:
    bad = pl.DataFrame({"row": [2, 3, 9], "column": "n", "value": "x", "reason": "is bad"})
    found = [Rejects(Place("a.csv", "line"), no_rejects()), Rejects(Place("b.csv", "line"), bad)]
    assert str(refusal(found)) == "b.csv, line 2, column 'n': 'x' is bad (2 more bad rows)"


def test_the_file_of_rejects_has_a_header_even_without_rows(tmp_path: Path) -> None:
    write_rejects(rejects_table([]), tmp_path / "rejects.csv")
    assert (tmp_path / "rejects.csv").read_text() == "file,row,column,value,reason\n"


def test_a_file_of_rejects_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="name a file in a folder that exists"):
        write_rejects(rejects_table([]), tmp_path / "missing" / "rejects.csv")


def test_a_value_is_shortened_only_past_eighty_characters() -> None:
    assert clipped("x" * 80) == "x" * 80
    assert clipped("x" * 81) == "x" * 77 + "..."
