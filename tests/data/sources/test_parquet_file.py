from pathlib import Path

import polars as pl
import pytest

from lorewise.data.rejects import ROW
from lorewise.data.sources import parquet_file
from lorewise.data.sources.parquet_file import parquet_table
from lorewise.errors import DataError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    pl.DataFrame({"id": ["a", "b", "c"], "n": [1, 2, 3]}).write_parquet(tmp_path / "t.parquet")
    return tmp_path / "t.parquet"


def test_rows_count_from_one_across_batches(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "N_BATCH_ROWS", 2)
    table = parquet_table(path)
    assert table.schema == {"id": pl.String, "n": pl.Int64}
    rows = [batch.rows for batch in table.batches(["n"])]
    assert [part[ROW].to_list() for part in rows] == [[1, 2], [3]]
    assert [part["n"].to_list() for part in rows] == [[1, 2], [3]]


def test_a_file_cut_off_at_the_end_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(DataError, match="is not a whole Parquet file; write or copy it again"):
        parquet_table(path)


def test_a_file_damaged_in_the_middle_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + b"\xff" * 40 + whole[44:])
    table = parquet_table(path)
    with pytest.raises(DataError, match="is not a whole Parquet file; write or copy it again"):
        list(table.batches(["id", "n"]))
