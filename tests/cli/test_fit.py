import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Run = Callable[..., Any]


def test_a_fit_saves_the_model_and_prints_one_summary(
    run: Run, recommender: Any, shop: Path, tmp_path: Path
) -> None:
    outcome = run("fit", "--data", shop, "--out", tmp_path / "m", "--algorithm", "rules")
    assert outcome.code == 0
    assert (tmp_path / "m").is_dir()
    assert "ndcg@10: 0.25" in outcome.out
    assert f"lorewise recommend --model {tmp_path / 'm'}" in outcome.out
    (call,) = recommender.calls
    assert (call["algorithm"], call["effort"], call["seed"]) == ("rules", "fast", 42)


def test_a_fit_says_first_what_it_will_take_then_each_stage(
    run: Run, recommender: Any, shop: Path, tmp_path: Path
) -> None:
    lines = run("fit", "--data", shop, "--out", tmp_path / "m").err.splitlines()
    assert lines[0] == "will take 2 s and 20 MB"
    assert [line.split()[-1] for line in lines[1:]] == ["counting", "solving"]


def test_a_fit_like_an_earlier_one_chooses_nothing(
    run: Run, recommender: Any, shop: Path, tmp_path: Path
) -> None:
    outcome = run("fit", "--data", shop, "--out", tmp_path / "m", "--like", tmp_path / "earlier")
    assert outcome.code == 0
    (call,) = recommender.calls
    assert call["refit"].n_users == 3
    assert call["dense"] == "auto"
    mixed = run("fit", "--data", shop, "--out", tmp_path / "n", "--like", "x", "--effort", "best")
    assert mixed.code == 2
    assert "without --algorithm, --effort" in mixed.err.replace("\n", " ")
    assert not (tmp_path / "n").exists()


def test_a_quiet_json_fit_prints_one_object_and_nothing_else(
    run: Run, recommender: Any, shop: Path, tmp_path: Path
) -> None:
    outcome = run("fit", "--data", shop, "--out", tmp_path / "m", "--json", "--quiet")
    content = json.loads(outcome.out)
    assert content["plan"]["seconds"] == 1.5
    assert content["summary"] == recommender.summary
    assert content["n_skipped"] == 0
    assert outcome.err == ""


def test_skipped_rows_end_with_3_and_lie_in_the_rejects_file(
    run: Run, recommender: Any, shop: Path, tmp_path: Path
) -> None:
    with (shop / "interactions.csv").open("a") as file:
        file.write("dan,b,never\n")
    rejects = tmp_path / "bad.csv"
    arguments = ["fit", "--data", shop, "--out", tmp_path / "m"]
    outcome = run(*arguments, "--on-error", "skip", "--rejects", rejects)
    assert outcome.code == 3
    assert "never" in rejects.read_text()
    assert (tmp_path / "m").is_dir()


def test_bad_rows_are_refused_unless_they_may_be_skipped(
    run: Run, recommender: Any, shop: Path, tmp_path: Path
) -> None:
    with (shop / "interactions.csv").open("a") as file:
        file.write("dan,b,never\n")
    outcome = run("fit", "--data", shop, "--out", tmp_path / "m")
    assert outcome.code == 2
    assert "'never'" in outcome.err
    assert recommender.calls == []


def test_a_model_that_does_not_load_again_is_no_success(
    run: Run, recommender: Any, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recommender, "loads", False)
    outcome = run("fit", "--data", shop, "--out", tmp_path / "m")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.endswith("m is damaged; fit again\n")


def test_a_folder_of_something_else_is_refused_before_the_fit(
    run: Run, recommender: Any, shop: Path
) -> None:
    outcome = run("fit", "--data", shop, "--out", shop)
    assert outcome.code == 2
    assert "choose another folder" in outcome.err
    assert recommender.calls == []


def test_knowledge_reaches_the_recommender(
    run: Run, recommender: Any, shop: Path, tmp_path: Path
) -> None:
    lore = tmp_path / "lore.jsonl"
    lore.write_text('{"id": "07", "mood": "warm"}\n')
    run("fit", "--data", shop, "--out", tmp_path / "m", "--knowledge", lore)
    assert recommender.calls[0]["dataset"].lore_columns == ("lore.mood",)


def test_profiles_reach_the_recommender(
    run: Run, recommender: Any, shop: Path, tmp_path: Path
) -> None:
    profiles = tmp_path / "users.jsonl"
    profiles.write_text('{"id": "bob", "tastes": ["warm rooms"]}\n')
    outcome = run("fit", "--data", shop, "--out", tmp_path / "m", "--user-knowledge", profiles)
    assert "profiles of 1 of 3 users" in outcome.err
    table = recommender.calls[0]["dataset"].user_table.drop_nulls("lore.tastes")
    assert table["user_id"].to_list() == ["bob"]


@pytest.mark.parametrize("encoder", [None, "none", "static"])
def test_an_encoder_is_passed_on(
    run: Run, recommender: Any, shop: Path, tmp_path: Path, encoder: str | None
) -> None:
    named = [] if encoder is None else ["--encoder", encoder]
    assert run("fit", "--data", shop, "--out", tmp_path / "m", *named).code == 0
    assert recommender.calls[0]["dense"] == (encoder or "auto")


def test_an_unknown_encoder_is_refused_before_any_data_are_read(
    run: Run, recommender: Any, tmp_path: Path
) -> None:
    outcome = run(
        "fit", "--data", tmp_path / "absent", "--out", tmp_path / "m", "--encoder", "bert"
    )
    assert outcome.code == 2
    assert "there is no encoder 'bert'; take one of static, multilingual" in outcome.err
    assert recommender.calls == []


@pytest.fixture
def lore_files(tmp_path: Path) -> tuple[Path, Path]:
    general, own = tmp_path / "general.jsonl", tmp_path / "own.jsonl"
    general.write_text('{"id": "07", "mood": "warm"}\n{"id": "b", "mood": "odd"}\n')
    own.write_text('{"id": "07", "use": "reading"}\n')
    return general, own


def test_knowledge_may_come_from_several_files(
    run: Run, recommender: Any, shop: Path, tmp_path: Path, lore_files: tuple[Path, Path]
) -> None:
    named = [word for path in lore_files for word in ("--knowledge", path)]
    outcome = run("fit", "--data", shop, "--out", tmp_path / "m", *named)
    assert "knowledge about 2 of 4 items" in outcome.err
    table = recommender.calls[0]["dataset"].item_table
    lamp = table.row(by_predicate=pl.col("item_id") == "07", named=True)
    assert (lamp["lore.mood"], lamp["lore.use"]) == ("warm", "reading")


def test_a_facet_that_two_files_state_is_refused(
    run: Run, recommender: Any, shop: Path, tmp_path: Path, lore_files: tuple[Path, Path]
) -> None:
    general, own = lore_files
    own.write_text('{"id": "07", "mood": "cold"}\n')
    named = ["--knowledge", general, "--knowledge", own]
    outcome = run("fit", "--data", shop, "--out", tmp_path / "m", *named)
    assert outcome.code == 2
    assert f"{general} and {own} both state the facet 'mood' of 1 items, first '07'" in outcome.err
    assert recommender.calls == []


def test_tags_reach_the_recommender_and_counted_columns_are_named(
    run: Run, recommender: Any, shop: Path, tmp_path: Path
) -> None:
    (shop / "items.csv").write_text("item_id,title,n_ratings\n07,Lamp,2\nb,Rug,2\nc,Chair,4\n")
    (shop / "tags.csv").write_text("user_id,item_id,tag\nann,07,Bright\n")
    outcome = run("fit", "--data", shop, "--out", tmp_path / "m")
    tags = recommender.calls[0]["dataset"].item_table["user_tags"].drop_nulls()
    assert tags.to_list() == ["bright"]
    assert "1 tags by users describe items" in outcome.err
    assert "column 'n_ratings' is by its name a count" in outcome.err
