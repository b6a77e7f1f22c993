import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def test_an_inspection_shows_counts_findings_and_what_the_data_support(
    run: Run, shop: Path
) -> None:
    outcome = run("inspect", shop)
    assert outcome.code == 0
    assert "n_cold_items: 1" in outcome.out
    assert "no: rating prediction:" in outcome.out


def test_odd_data_are_named_with_advice(run: Run, shop: Path) -> None:
    (shop / "interactions.csv").write_text("user_id,item_id,weight\nann,07,-1\nbob,07,-1\n")
    assert "warning: mostly dislikes: " in run("inspect", shop).out


def test_json_is_the_whole_inspection(run: Run, shop: Path) -> None:
    content = json.loads(run("inspect", shop, "--json").out)
    assert content["counts"]["n_interactions"] == 6
    assert {"findings", "support"} <= content.keys()
