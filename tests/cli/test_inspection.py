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


def test_what_an_evaluation_refuses_is_found(run: Run, shop: Path) -> None:
    (shop / "items.csv").write_text(
        "item_id,title,n_ratings,tags\n07,Lamp,2,bright\nb,Rug,2,soft\nc,Chair,4,soft\nd,Sofa,2,\n"
    )
    (shop / "tags.csv").write_text("user_id,item_id,tag\nann,07,Bright\nann,b,soft\nbob,c,soft\n")
    outcome = run("inspect", shop)
    found = [line for line in outcome.out.splitlines() if "counted over all users" in line]
    assert [line.split("'")[1] for line in found] == ["n_ratings", "tags"]
    assert "`lorewise evaluate` refuses it" in found[0]
