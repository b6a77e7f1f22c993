from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from lorewise.data.sources.single_file import READERS, file_table, is_single_file, single_file
from lorewise.errors import DataError

TABLE = pl.DataFrame({"user_id": ["u"], "item_id": ["007"]})
WRITERS: dict[str, Callable[[Path], None]] = {
    ".parquet": TABLE.write_parquet,
    ".csv": TABLE.write_csv,
    ".tsv": lambda path: TABLE.write_csv(path, separator="\t"),
}


@pytest.mark.parametrize("ending", READERS)
def test_the_ending_says_how_a_file_is_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"events{ending.upper()}"
    WRITERS[ending](path)
    [batch] = single_file(path).interactions.batches(["item_id"])
    assert batch.rows["item_id"].to_list() == ["007"]
    assert is_single_file(path)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"its name must end with \.parquet, \.csv, \.tsv or"):
        file_table(tmp_path / "events.json")
