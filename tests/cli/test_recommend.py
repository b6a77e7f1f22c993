import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Run = Callable[..., Any]


def test_all_users_are_asked_for_by_naming_none(run: Run, recommender: Any) -> None:
    assert run("recommend", "--model", "m", "--users", "all", "--k", "5").code == 0
    assert recommender.calls == [{"users": None, "k": 5, "candidates": None, "include_seen": False}]


def test_files_of_ids_keep_leading_zeros_and_lose_repeats_and_empty_lines(
    run: Run, recommender: Any, tmp_path: Path
) -> None:
    (tmp_path / "users").write_text("\ufeffann\n\nbob\nann\n", encoding="utf-8")
    (tmp_path / "items").write_bytes(b"007\r\nb b\r\n")
    run(
        *["recommend", "--model", "m", "--include-seen"],
        *["--users", tmp_path / "users", "--candidates", tmp_path / "items"],
    )
    (call,) = recommender.calls
    assert call["users"] == ["ann", "bob"]
    assert call["candidates"] == ["007", "b b"]
    assert call["include_seen"] is True


def test_anyone_can_be_described_by_a_history_and_a_text(run: Run, recommender: Any) -> None:
    run("recommend", "--model", "m", "--history", "07,b", "--text", "something warm")
    (call,) = recommender.calls
    assert (call["history"], call["text"]) == (["07", "b"], "something warm")


@pytest.mark.parametrize("arguments", [[], ["--users", "all", "--text", "x"]])
def test_it_must_be_clear_for_whom(run: Run, recommender: Any, arguments: list[str]) -> None:
    outcome = run("recommend", "--model", "m", *arguments)
    assert outcome.code == 2
    assert "--users" in outcome.err
    assert recommender.calls == []


def test_lists_are_printed_with_titles(run: Run, recommender: Any) -> None:
    # item b has no title
    assert run("recommend", "--model", "m", "--users", "all").out.splitlines() == [
        "user_id  rank  item_id  title   score",
        "ann         1  b               0.5000",
        "ann         2  07       Lamp   0.2500",
    ]


def test_json_has_one_object_per_recommendation(run: Run, recommender: Any) -> None:
    content = json.loads(run("recommend", "--model", "m", "--users", "all", "--json").out)
    assert content["recommendations"][1] == {
        "user_id": "ann",
        "rank": 2,
        "item_id": "07",
        "title": "Lamp",
        "score": 0.25,
    }


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("r.parquet", pl.read_parquet),
        ("r.csv", lambda path: pl.read_csv(path, schema_overrides={"item_id": pl.String})),
        ("r.json", pl.read_json),
    ],
)
def test_a_file_has_ids_score_and_rank_in_the_format_of_its_ending(
    run: Run, recommender: Any, tmp_path: Path, name: str, read: Callable[[Path], pl.DataFrame]
) -> None:
    outcome = run("recommend", "--model", "m", "--users", "all", "--out", tmp_path / name)
    assert outcome.out == f"2 recommendations for 1 users written to {tmp_path / name}\n"
    frame = read(tmp_path / name)
    assert frame.columns == ["user_id", "item_id", "score", "rank"]
    assert frame["item_id"].to_list() == ["b", "07"]


def test_an_unknown_ending_is_refused_before_anything_is_loaded(run: Run, recommender: Any) -> None:
    outcome = run("recommend", "--model", "m", "--users", "all", "--out", "r.xlsx")
    assert outcome.code == 2
    assert ".parquet, .csv, .json" in outcome.err
    assert recommender.calls == []


def test_a_file_of_ids_that_is_not_text_is_refused(
    run: Run, recommender: Any, tmp_path: Path
) -> None:
    (tmp_path / "users").write_bytes(b"\xff\xfe")
    outcome = run("recommend", "--model", "m", "--users", tmp_path / "users")
    assert outcome.code == 2
    assert "users is not UTF-8 text" in outcome.err
