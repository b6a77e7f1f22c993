"""Advice at the terminal."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lorewise.testing.faulty_endpoint import FaultyEndpoint

Run = Callable[..., Any]


def test_the_table_marks_the_choice_and_the_last_line_says_why(
    run: Run, told_films: Path, tmp_path: Path
) -> None:
    known = tmp_path / "lore.jsonl"
    arguments = ("--encoders", "none,static", "--language-model", known)
    outcome = run("advise", "--data", told_films, *arguments, "--out", tmp_path / "advice.json")
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


def test_a_model_is_asked_about_the_sample_within_the_budget(run: Run, told_films: Path) -> None:
    with FaultyEndpoint() as endpoint:
        spec = f"{endpoint.base_url}#small@1/2"
        arguments = ("--encoders", "none", "--language-model", spec, "--budget-usd", "1")
        outcome = run(
            "advise", "--data", told_films, *arguments, "--sample", "60", "--json", "--quiet"
        )
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
    run: Run, told_films: Path, arguments: tuple[str, str], said: str
) -> None:
    outcome = run("advise", "--data", told_films, *arguments)
    assert outcome.code == 2
    assert said in outcome.err
