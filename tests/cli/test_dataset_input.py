from pathlib import Path

import pytest

from lorewise.cli.dataset_input import (
    joined_with_knowledge,
    joined_with_tags,
    joined_with_user_knowledge,
    read_dataset,
    tell_of_counted_columns,
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


def with_items(shop: Path, column: str, *values: object) -> Path:
    titles = zip(("07", "b", "c", "d"), ("Lamp", "Rug", "Chair", "Sofa"), values, strict=True)
    rows = [f"{item},{title},{value}" for item, title, value in titles]
    (shop / "items.csv").write_text("\n".join([f"item_id,title,{column}", *rows]) + "\n")
    return shop


def test_a_table_of_tags_describes_the_items(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (shop / "tags.csv").write_text("user_id,item_id,tag\nann,07,Bright\nbob,07,bright\nbob,d,x\n")
    dataset = joined_with_tags(read_dataset(shop, Terminal())[0], shop, Terminal())
    tags = dict(dataset.item_table.select("item_id", "user_tags").drop_nulls().rows())
    assert tags == {"07": "bright", "d": "x"}
    assert capsys.readouterr().err == "3 tags by users describe items\n"


def test_a_column_that_repeats_the_table_of_tags_counts_once(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_items(shop, "labels", "bright", "soft", "soft", "")
    (shop / "tags.csv").write_text("user_id,item_id,tag\nann,07,Bright\nann,b,soft\nbob,c,soft\n")
    dataset = joined_with_tags(read_dataset(shop, Terminal())[0], shop, Terminal())
    assert dataset.item_table.columns == ["item_id", "title", "user_tags"]
    assert "column 'labels' repeats tags that all users gave" in capsys.readouterr().err


def test_a_column_of_the_catalogs_own_tags_stays_beside_the_table(shop: Path) -> None:
    with_items(shop, "kind", "light", "floor", "seat", "seat")
    (shop / "tags.csv").write_text("user_id,item_id,tag\nann,07,Bright\n")
    dataset = joined_with_tags(read_dataset(shop, Terminal())[0], shop, Terminal())
    assert dataset.item_table.columns == ["item_id", "title", "kind", "user_tags"]


def test_lore_that_repeats_the_table_of_tags_is_no_lore_any_more(
    shop: Path, tmp_path: Path
) -> None:
    lore = tmp_path / "lore.jsonl"
    lore.write_text(
        "".join(f'{{"id": "{key}", "labels": "x", "mood": "m{key}"}}\n' for key in "bc")
    )
    dataset = joined_with_knowledge(read_dataset(shop, Terminal())[0], [lore], Terminal())
    (shop / "tags.csv").write_text("user_id,item_id,tag\nann,b,x\nann,c,x\n")
    assert joined_with_tags(dataset, shop, Terminal()).lore_columns == ("lore.mood",)


def test_without_a_table_of_tags_the_dataset_stays_the_same(shop: Path) -> None:
    dataset = read_dataset(shop, Terminal())[0]
    assert joined_with_tags(dataset, shop, Terminal()) is dataset


def test_counted_columns_are_named(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tell_of_counted_columns(read_dataset(shop, Terminal())[0], Terminal())
    assert capsys.readouterr().err == ""
    with_items(shop, "n_ratings", 2, 2, 4, 2)
    tell_of_counted_columns(read_dataset(shop, Terminal())[0], Terminal())
    assert capsys.readouterr().err == (
        "column 'n_ratings' is by its name a count or mean over all users: `lorewise evaluate` "
        "refuses it unless allowed\n"
    )
