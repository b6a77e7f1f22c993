from pathlib import Path

import pytest

from lorewise.data.rejects import ROW
from lorewise.data.sources import text_blocks
from lorewise.data.sources.delimited_text import text_table
from lorewise.data.sources.text_form import COMMA_SEPARATED


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.csv"


def test_every_value_is_text_and_nothing_is_null(path: Path) -> None:
    path.write_text('id,n\n007,1.50\n,""\n')
    table = text_table(path, COMMA_SEPARATED)
    [batch] = table.batches(["n", "id"])
    assert batch.rows.to_dict(as_series=False) == {
        "n": ["1.50", ""],
        "id": ["007", None],
        ROW: [2, 3],
    }


def test_line_ends_marks_and_quotes_of_other_systems_are_read(path: Path) -> None:
    path.write_bytes(b'\xef\xbb\xbf"id", n \r\n"a""b","c\r\nd"\r\n\r\ne,f')
    [batch] = text_table(path, COMMA_SEPARATED).batches(["id", "n"])
    assert batch.rows.rows() == [('a"b', "c\r\nd", 2), ("e", "f", 5)]


def test_ragged_rows_are_rejected_and_the_lines_of_the_others_stay_true(path: Path) -> None:
    path.write_text("a,b\n1,2\n3\n4,5,6\n7,8\n")
    [batch] = text_table(path, COMMA_SEPARATED).batches(["a"])
    assert batch.rows.rows() == [("1", 2), ("7", 5)]
    assert batch.rejects["row"].to_list() == [3, 4]
    assert batch.rejects["value"].to_list() == ["3", "4,5,6"]


def test_a_file_of_ragged_rows_alone_has_no_good_row(path: Path) -> None:
    path.write_text("a,b\n1\n")
    [batch] = text_table(path, COMMA_SEPARATED).batches(["a"])
    assert batch.rows.is_empty()
    assert batch.rejects["row"].to_list() == [2]


def test_columns_without_name_may_repeat(path: Path) -> None:
    path.write_text(",a,\n0,1,2\n")
    [batch] = text_table(path, COMMA_SEPARATED).batches(["a"])
    assert batch.rows["a"].to_list() == ["1"]


def test_large_files_come_in_several_batches(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_blocks.blocks, "__kwdefaults__", {"n_bytes": 16})
    path.write_text("a,b\n" + "".join(f"{row},x\n" for row in range(100)))
    batches = list(text_table(path, COMMA_SEPARATED).batches(["a"]))
    assert len(batches) > 10
    rows = [row for batch in batches for row in batch.rows.rows()]
    assert rows == [(str(row), row + 2) for row in range(100)]
