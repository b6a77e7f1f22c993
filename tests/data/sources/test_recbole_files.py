from pathlib import Path

import pytest

from lorewise.data.sources import read
from lorewise.data.sources.recbole_files import is_recbole

INTER = (
    "user_id:token\titem_id:token\trating:float\ttimestamp:float\n1\t07\t5\t881250949\n2\t8\t1\t3\n"
)
ITEM = (
    "item_id:token\tmovie_title:token_seq\tclass:token_seq\tsizes:float_seq\n"
    "07\tToy Story\tAnimation Comedy\t1.5 2\n"
)
USER = "user_id:token\tage:token\n1\t24\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for ending, text in {"inter": INTER, "item": ITEM, "user": USER}.items():
        (tmp_path / f"ml.{ending}").write_text(text)
    return tmp_path


@pytest.mark.parametrize("name", ["", "ml.inter"])
def test_a_folder_or_its_inter_file_gives_all_three_tables(folder: Path, name: str) -> None:
    dataset = read(folder / name)
    assert is_recbole(folder / name)
    assert set(dataset.items.ids) == {"07", "8"}
    assert sorted(dataset.weights.tolist()) == [-1, 1]
    assert sorted(dataset.timestamps_s.tolist()) == [3, 881250949]
    assert dataset.user_table.filter(user_id="1")["age"].to_list() == ["24"]


def test_sequences_are_lists_except_where_the_name_says_prose(folder: Path) -> None:
    assert read(folder).item_table.filter(item_id="07").rows(named=True) == [
        {"item_id": "07", "movie_title": "Toy Story", "class": "Animation|Comedy", "sizes": "1.5|2"}
    ]


def test_a_quote_is_a_letter(folder: Path) -> None:
    (folder / "ml.item").write_text('item_id:token\ttitle:token_seq\n07\t5" disk\n8\t"x\n')
    assert read(folder).item_table.filter(item_id="07")["title"].to_list() == ['5" disk']
