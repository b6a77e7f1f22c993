"""Tuning at the terminal, and what was found in use."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def tune(run: Run, data: Path, out: Path, *more: str) -> Any:
    arguments = ("--algorithms", "rules,popularity", "--trials", "2")
    return run("tune", "--data", data, *arguments, "--out", out, *more)


def test_what_was_tuned_on_the_training_part_is_evaluated(
    run: Run, told_films: Path, tmp_path: Path
) -> None:
    out = tmp_path / "tuned.json"
    outcome = tune(run, told_films, out, "--protocol", "last-item")
    assert outcome.code == 0, outcome.err
    assert outcome.out.splitlines()[-1].startswith(f"settings saved in {out}")
    assert (tmp_path / "tuned.json.trials").exists()
    wanted = ("--protocol", "last-item", "--algorithms", "rules", "--settings", out)
    outcome = run("evaluate", "--data", told_films, *wanted, "--out", tmp_path / "report.json")
    assert outcome.code == 0, outcome.err
    report = json.loads((tmp_path / "report.json").read_text())
    found = json.loads(out.read_text())["algorithms"]["rules"]["settings"]
    assert report["settings"]["fits"]["rules"]["settings"] == found


def test_what_was_tuned_on_everything_is_fitted_but_not_evaluated(
    run: Run, told_films: Path, tmp_path: Path
) -> None:
    out = tmp_path / "tuned.json"
    assert tune(run, told_films, out).code == 0
    model = ("--algorithm", "rules", "--settings", out, "--out", tmp_path / "model")
    assert run("fit", "--data", told_films, *model).code == 0
    wanted = ("--protocol", "last-item", "--algorithms", "rules", "--settings", out)
    outcome = run("evaluate", "--data", told_films, *wanted, "--out", tmp_path / "report.json")
    assert outcome.code == 2
    assert "--protocol" in outcome.err


def test_a_knowledge_study_takes_no_settings(run: Run, told_films: Path, tmp_path: Path) -> None:
    arguments = ("--knowledge-study", "--settings", told_films, "--out", tmp_path / "report.json")
    outcome = run("evaluate", "--data", told_films, *arguments)
    assert outcome.code == 2
    assert "tuned settings" in outcome.err


def test_an_unknown_model_is_refused_before_the_data_are_read(run: Run, tmp_path: Path) -> None:
    arguments = ("--algorithms", "fusion", "--out", tmp_path / "tuned.json")
    outcome = run("tune", "--data", tmp_path / "nowhere", *arguments)
    assert outcome.code == 2
    assert "cannot be tuned" in outcome.err
