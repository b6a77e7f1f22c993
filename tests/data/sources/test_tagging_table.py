from pathlib import Path

import polars as pl
import pytest

from lorewise.data.sources.tagging_table import read_taggings
from lorewise.data.taggings import Taggings
from lorewise.errors import DataError


def read(folder: Path) -> Taggings:
    found = read_taggings(folder)
    assert found is not None
    return found


def test_the_table_of_a_film_release_is_read(tmp_path: Path) -> None:
    (tmp_path / "tags.csv").write_text(
        "userId,movieId,tag,timestamp\n2,0060,Funny ,1445714994\n3,0060,sci-fi|war,2015-10-24\n"
    )
    assert read(tmp_path).rows.to_dicts() == [
        {"user_id": "2", "item_id": "0060", "tag": "funny", "timestamp": 1_445_714_994},
        {"user_id": "3", "item_id": "0060", "tag": "sci-fi war", "timestamp": 1_445_644_800},
    ]


def test_without_times_they_are_unknown(tmp_path: Path) -> None:
    rows = pl.DataFrame({"user_id": [7], "item_id": ["a"], "tag": ["Jazz"], "year": [2009]})
    rows.write_parquet(tmp_path / "taggings.parquet")
    found = read(tmp_path).rows
    assert found.rows() == [("7", "a", "jazz", None)]
    assert found.schema["timestamp"] == pl.Int64


def test_rows_that_lack_a_user_an_item_or_a_tag_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "tags.csv").write_text("user_id,item_id,tag\n,a,x\nu,,x\nu,a,\nu,a,  \nu,a,good\n")
    assert read(tmp_path).rows["tag"].to_list() == ["good"]


def test_taggings_go_before_tags(tmp_path: Path) -> None:
    (tmp_path / "tags.csv").write_text("user_id,item_id,tag\nu,a,tags\n")
    (tmp_path / "taggings.tsv").write_text("user_id\titem_id\ttag\nu\ta\ttaggings\n")
    assert read(tmp_path).rows["tag"].to_list() == ["taggings"]


def test_a_table_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tags.csv").write_text("tag_id,tag\n1,jazz\n")
    assert read_taggings(tmp_path) is None


def test_a_list_of_names_of_tags_does_not_hide_the_taggings(tmp_path: Path) -> None:
    (tmp_path / "taggings.csv").write_text("tag_id,tag\n1,jazz\n")
    (tmp_path / "tags.csv").write_text("user_id,item_id,tag\nu,a,x\n")
    assert read(tmp_path).rows["tag"].to_list() == ["x"]


def test_most_data_have_no_tags(tmp_path: Path) -> None:
    assert read_taggings(tmp_path) is None
    file = tmp_path / "interactions.csv"
    file.write_text("user_id,item_id\nu,a\n")
    assert read_taggings(file) is None


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tags.parquet").write_text("no parquet")
    with pytest.raises(DataError, match="not a whole Parquet file"):
        read_taggings(tmp_path)
