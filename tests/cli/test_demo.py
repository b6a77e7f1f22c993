import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from lorewise.data import bundled_films as bundled
from lorewise.data.assemble import assemble
from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.report import Report, Row
from lorewise.pipeline.demo import Demo, DemoLists, DemoSettings

Run = Callable[..., Any]
DATA = {"n_target_users": 600, "n_candidates": 330}


def row(name: str, metric: str, mean: float) -> Row:
    return Row(
        algorithm=name, metrics={metric: mean}, ci95={metric: (mean - 0.1, mean + 0.1)}, slices={}
    )


def list_of(title: str, n_ratings: int, own: float | None) -> pl.DataFrame:
    columns = {"rank": [1], "item_id": ["7"], "title": [title], "n_ratings": [n_ratings]}
    schema = {"own_rating": pl.Float32}
    own_rating = pl.DataFrame({"own_rating": [own]}, schema=schema)
    return pl.DataFrame(columns).hstack(own_rating).with_columns(score=0.5)


GAIN = Comparison(
    algorithm="with lore",
    reference="without lore",
    metric="ndcg@20",
    difference=0.12,
    ci95=(0.1, 0.14),
    p_value=0.001,
    p_holm=0.002,
)
FOUND = Demo(
    new_items=Report(
        protocol="cold-items",
        data=DATA,
        settings={},
        rows=[row("with lore", "ndcg@20", 0.5), row("without lore", "ndcg@20", 0.38)],
        comparisons=[GAIN],
    ),
    next_items=Report(
        protocol="last-item", data=DATA, settings={}, rows=[row("fusion", "ndcg@10", 0.2)]
    ),
    n_later_users=24,
    lists=DemoLists(
        user_id="u9",
        liked=["Alien (1979)"],
        for_user=list_of("Heat (1995)", 12, None),
        new_for_user=list_of("Solaris (1972)", 0, 4.5),
        for_text=list_of("Stalker (1979)", 0, None),
    ),
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[DemoSettings]:
    """Put a stand-in where the command looks for the demo; return what it was asked."""
    made: list[DemoSettings] = []

    def run_demo(dataset: object, settings: DemoSettings, *, progress: Any) -> Demo:
        progress("fitting", 0.5)
        made.append(settings)
        return FOUND

    module = ModuleType("lorewise.pipeline.demo")
    module.run_demo = run_demo  # type: ignore[attr-defined]  # a made module
    module.DemoSettings = DemoSettings  # type: ignore[attr-defined]  # a made module
    monkeypatch.setitem(sys.modules, module.__name__, module)
    one = assemble(pl.DataFrame({"user_id": ["u"], "item_id": ["i"]}))
    monkeypatch.setattr(bundled, "bundled_films", lambda **_: one)
    return made


def test_the_demo_says_what_lore_bought_and_shows_lists_with_titles(
    run: Run, asked: list[DemoSettings], tmp_path: Path
) -> None:
    outcome = run("demo", "--out", tmp_path / "out", "--seed", "5")
    assert outcome.code == 0
    assert asked[0].seed == 5
    gain = "with lore against without lore: NDCG@20 +0.1200 (+0.1000 to +0.1400), p = 0.0020"
    assert gain in outcome.out
    for words in ["Heat (1995)", "who liked Alien (1979)", 'says "slow, melancholic', "leave 24"]:
        assert words in outcome.out


def test_a_film_that_nobody_has_rated_is_marked_as_new(
    run: Run, asked: list[DemoSettings], tmp_path: Path
) -> None:
    lines = run("demo", "--out", tmp_path / "out").out.splitlines()
    line = next(line for line in lines if "Solaris (1972)" in line)
    assert line.split()[-3:] == ["new", "4.5", "0.5000"]


def test_the_reports_lie_where_the_demo_says(
    run: Run, asked: list[DemoSettings], tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "out"
    outcome = run("demo", "--out", out)
    assert sorted(path.name for path in out.iterdir()) == [
        *("new-films.html", "new-films.json", "next-films.html", "next-films.json")
    ]
    assert str(out / "new-films.html") in outcome.out
    assert "what lore is worth</title>" in (out / "new-films.html").read_text()
    assert json.loads((out / "new-films.json").read_text())["protocol"] == "cold-items"


def test_json_holds_figures_and_lists_and_quiet_says_nothing_else(
    run: Run, asked: list[DemoSettings], tmp_path: Path
) -> None:
    outcome = run("demo", "--json", "--quiet", "--out", tmp_path / "out")
    content = json.loads(outcome.out)
    assert outcome.err == ""
    assert content["new_films"]["rows"]["with lore"] == {"mean": 0.5, "ci95": [0.4, 0.6]}
    assert content["new_films"]["comparisons"][0]["difference"] == 0.12
    assert content["new_for_user"][0]["own_rating"] == 4.5
    assert content["reports"]["next-films"].endswith("next-films.html")


def test_a_place_that_cannot_be_written_is_refused_before_any_fit(
    run: Run, asked: list[DemoSettings], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    outcome = run("demo", "--out", tmp_path / "file")
    assert outcome.code == 2
    assert asked == []
