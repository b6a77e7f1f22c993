"""Advice at the terminal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lorewise.testing.faulty_endpoint import FaultyEndpoint
from lorewise.testing.told_world import told_world

Run = Callable[..., Any]


@pytest.fixture
def films(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of data in which titles say nothing, and knowledge beside it."""
    monkeypatch.setenv("LOREWISE_CACHE", str(tmp_path / "cache"))
    world, folder = told_world(), tmp_path / "films"
    folder.mkdir()
    users = [world.users.ids[number] for number in world.user_numbers]
    items = [world.items.ids[number] for number in world.item_numbers]
    pl.DataFrame({"user_id": users, "item_id": items}).write_csv(folder / "interactions.csv")
    world.item_table.select("item_id", "title").write_csv(folder / "items.csv")
    lore = world.item_table.select(id="item_id", themes=pl.col("lore.themes").str.split("|"))
    lore.write_ndjson(tmp_path / "lore.jsonl")
    return folder


def test_the_table_marks_the_choice_and_the_last_line_says_why(
    run: Run, films: Path, tmp_path: Path
) -> None:
    known = tmp_path / "lore.jsonl"
    arguments = ("--encoders", "none,static", "--language-model", known)
    outcome = run("advise", "--data", films, *arguments, "--out", tmp_path / "advice.json")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    marked = [line.split() for line in lines if line.lstrip().startswith("*")]
    assert len(marked) == 1
    assert "lore.jsonl" in marked[0]
    assert "the knowledge adds" in lines[-1]
    written = json.loads((tmp_path / "advice.json").read_text())
    assert written["reason"] == lines[-1]
    assert written["chosen"]["knowledge"] == "lore.jsonl"
    assert len(written["candidates"]) == 4


def test_a_model_is_asked_about_the_sample_within_the_budget(run: Run, films: Path) -> None:
    with FaultyEndpoint() as endpoint:
        spec = f"{endpoint.base_url}#small@1/2"
        arguments = ("--encoders", "none", "--language-model", spec, "--budget-usd", "1")
        outcome = run("advise", "--data", films, *arguments, "--sample", "60", "--json", "--quiet")
    assert outcome.code == 0, outcome.err
    assert sum(endpoint.asked.values()) == 60
    content = json.loads(outcome.out)
    assert content["n_sampled_items"] == 60
    assert [found["knowledge"] for found in content["candidates"]] == [None, "small"]
    assert content["candidates"][1]["price_usd"] > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--encoders", "statik"), "there is no encoder 'statik'"),
        (("--encoders", "folder:/absent"), "is no folder of an ONNX encoder"),
        (("--language-model", "absent.jsonl"), "'absent.jsonl' is no file of knowledge"),
        (("--language-model", "sqlite:////absent/lore.db"), "/absent/lore.db"),
    ],
)
def test_what_there_is_not_is_refused_by_name(
    run: Run, films: Path, arguments: tuple[str, str], said: str
) -> None:
    outcome = run("advise", "--data", films, *arguments)
    assert outcome.code == 2
    assert said in outcome.err
