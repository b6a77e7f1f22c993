from pathlib import Path

import pytest

from lorewise.data.sources.table_folder import is_table_folder, table_folder
from lorewise.errors import DataError


def test_items_and_users_are_read_where_they_are_and_in_any_format(tmp_path: Path) -> None:
    assert not is_table_folder(tmp_path)
    (tmp_path / "interactions.csv").write_text("user_id,item_id\nu,i\n")
    assert is_table_folder(tmp_path)
    assert table_folder(tmp_path).items is None
    (tmp_path / "items.tsv").write_text("item_id\ttitle\ni\tA\n")
    tables = table_folder(tmp_path)
    assert tables.items is not None
    assert list(tables.items.schema) == ["item_id", "title"]
    assert tables.users is None


def test_a_table_in_two_formats_is_refused(tmp_path: Path) -> None:
    (tmp_path / "interactions.csv").write_text("user_id,item_id\nu,i\n")
    for ending in ("csv", "tsv"):
        (tmp_path / f"users.{ending}").write_text("user_id\nu\n")
    with pytest.raises(DataError, match=r"holds both users\.csv and users\.tsv; keep the one"):
        table_folder(tmp_path)
