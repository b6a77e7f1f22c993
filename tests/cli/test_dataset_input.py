from pathlib import Path

import pytest

from lorewise.cli.dataset_input import (
    joined_with_knowledge,
    joined_with_user_knowledge,
    read_dataset,
)
from lorewise.cli.terminal import Terminal


def test_skipped_rows_are_counted_and_the_first_is_shown(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (shop / "interactions.csv").open("a") as file:
        file.write("dan,b,never\n,b,3\n")
    dataset, n_skipped = read_dataset(shop, Terminal(), on_error="skip")
    assert (dataset.n_interactions, n_skipped) == (6, 2)
    assert "skipped 2 bad rows, first interactions.csv 8: 'never'" in capsys.readouterr().err


def test_clean_data_say_nothing(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert read_dataset(shop, Terminal())[1] == 0
    assert capsys.readouterr().err == ""


def test_knowledge_joins_the_items_and_says_how_many(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lore = tmp_path / "lore.jsonl"
    lore.write_text('{"id": "07", "mood": "warm"}\n{"id": "zz", "mood": "odd"}\n')
    dataset = read_dataset(shop, Terminal())[0]
    joined = joined_with_knowledge(dataset, [lore], Terminal())
    assert joined.lore_columns == ("lore.mood",)
    assert capsys.readouterr().err == "knowledge about 1 of 4 items\n"


def test_without_knowledge_the_dataset_stays_the_same(shop: Path) -> None:
    dataset = read_dataset(shop, Terminal())[0]
    assert joined_with_knowledge(dataset, None, Terminal()) is dataset


def test_profiles_join_the_users_and_say_how_many(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profiles = tmp_path / "users.jsonl"
    profiles.write_text('{"id": "ann", "tastes": ["x", "y"]}\n{"id": "zz", "tastes": "odd"}\n')
    joined = joined_with_user_knowledge(read_dataset(shop, Terminal())[0], profiles, Terminal())
    assert joined.user_table.drop_nulls("lore.tastes")["user_id"].to_list() == ["ann"]
    assert capsys.readouterr().err == "profiles of 1 of 3 users\n"


def test_without_profiles_the_dataset_stays_the_same(shop: Path) -> None:
    dataset = read_dataset(shop, Terminal())[0]
    assert joined_with_user_knowledge(dataset, None, Terminal()) is dataset
