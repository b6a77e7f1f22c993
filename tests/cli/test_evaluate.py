import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lorewise.errors import SettingsError
from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.report import Report, Row
from lorewise.pipeline.leakage_guard import LeakageGuard

Run = Callable[..., Any]
datasets: list[Any] = []
"""What the stand-in was given, the newest last."""

GAIN = Comparison(
    algorithm="rules",
    reference="popularity",
    metric="ndcg@10",
    difference=0.1,
    ci95=(0.05, 0.15),
    p_value=0.01,
    p_holm=0.01,
)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Put a stand-in where the command looks for the study; return its calls."""
    made: list[dict[str, Any]] = []

    def evaluate(dataset: object, protocol: str, algorithms: list[str], **chosen: Any) -> Report:
        if protocol == "next-week":
            raise SettingsError("there is no protocol 'next-week'; take one of ...")
        chosen.pop("progress")("fitting", 0.0)
        made.append({"protocol": protocol, "algorithms": algorithms} | chosen)
        datasets.append(dataset)
        metrics = {"ndcg@10": 0.25, "recall@10": 0.5}
        rows = [Row(algorithm=name, metrics=metrics, ci95={}, slices={}) for name in algorithms]
        comparisons = [GAIN] if protocol == "random" else []
        return Report(protocol=protocol, data={}, settings={}, rows=rows, comparisons=comparisons)

    module = ModuleType("lorewise.pipeline.study")
    module.evaluate = evaluate  # type: ignore[attr-defined]  # a made module
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return made


def arguments(shop: Path, out: Path, protocol: str = "last-item") -> list[str | Path]:
    start: list[str | Path] = ["evaluate", "--data", shop, "--out", out, "--protocol", protocol]
    return [*start, "--algorithms", "rules, popularity"]


def test_the_report_is_written_and_a_table_is_printed(
    run: Run, calls: list[dict[str, Any]], shop: Path, tmp_path: Path
) -> None:
    out = tmp_path / "report.json"
    outcome = run(*arguments(shop, out))
    assert outcome.code == 0
    assert json.loads(out.read_text())["rows"][0]["algorithm"] == "rules"
    line = next(line for line in outcome.out.splitlines() if line.startswith("rules"))
    assert line.split()[1:3] == ["0.2500", "0.5000"]
    assert outcome.out.endswith(f"are in {out}\n")
    assert calls == [
        {
            "protocol": "last-item",
            "algorithms": ["rules", "popularity"],
            "seed": 42,
            "effort": "fast",
            "knowledge_controls": False,
            "shuffle_ties": False,
            "guard": LeakageGuard(allowed_columns=[]),
            "tuned": None,
        }
    ]


def test_a_knowledge_study_is_passed_on_and_json_has_the_metrics(
    run: Run, calls: list[dict[str, Any]], shop: Path, tmp_path: Path
) -> None:
    outcome = run(*arguments(shop, tmp_path / "r.json"), "--knowledge-study", "--json")
    assert calls[0]["knowledge_controls"] is True
    assert json.loads(outcome.out)["rows"]["rules"]["ndcg@10"] == 0.25


def test_a_place_that_cannot_be_written_is_refused_before_any_fit(
    run: Run, calls: list[dict[str, Any]], shop: Path, tmp_path: Path
) -> None:
    outcome = run(*arguments(shop, tmp_path / "absent" / "r.json"))
    assert outcome.code == 2
    assert "absent" in outcome.err
    assert calls == []


def test_an_unknown_protocol_leaves_no_file(
    run: Run, calls: list[dict[str, Any]], shop: Path, tmp_path: Path
) -> None:
    outcome = run(*arguments(shop, tmp_path / "r.json", "next-week"))
    assert outcome.code == 2
    assert "next-week" in outcome.err
    assert [path.name for path in tmp_path.iterdir()] == ["shop"]


def test_a_page_is_written_where_one_is_asked_for(
    run: Run, calls: list[dict[str, Any]], shop: Path, tmp_path: Path
) -> None:
    assert run(*arguments(shop, tmp_path / "r.json"), "--html", tmp_path / "r.html").code == 0
    assert "<title>Evaluation: last-item</title>" in (tmp_path / "r.html").read_text()


def test_comparisons_are_shown_if_there_are_any(
    run: Run, calls: list[dict[str, Any]], shop: Path, tmp_path: Path
) -> None:
    outcome = run(*arguments(shop, tmp_path / "r.json", "random"))
    assert "Paired comparisons" in outcome.out
    assert "+0.1000" in outcome.out


def test_allowed_columns_are_passed_on(
    run: Run, calls: list[dict[str, Any]], shop: Path, tmp_path: Path
) -> None:
    outcome = run(*arguments(shop, tmp_path / "r.json"), "--allow-column", "votes, tags")
    assert outcome.code == 0
    assert calls[0]["guard"] == LeakageGuard(allowed_columns=["votes", "tags"])


def test_a_table_of_tags_beside_the_interactions_is_passed_on(
    run: Run, calls: list[dict[str, Any]], shop: Path, tmp_path: Path
) -> None:
    (shop / "tags.csv").write_text("user_id,item_id,tag\nann,07,Bright\n")
    outcome = run(*arguments(shop, tmp_path / "r.json"))
    assert calls[0]["guard"].taggings.rows["tag"].to_list() == ["bright"]
    assert "1 tags by users: those known in training describe items" in outcome.err


def test_profiles_of_users_join_the_dataset(
    run: Run, calls: list[dict[str, Any]], shop: Path, tmp_path: Path
) -> None:
    profiles = tmp_path / "users.jsonl"
    profiles.write_text('{"id": "bob", "tastes": ["warm rooms"]}\n')
    outcome = run(*arguments(shop, tmp_path / "r.json"), "--user-knowledge", profiles)
    assert "profiles of 1 of 3 users" in outcome.err
    assert datasets[-1].user_lore_columns == ("lore.tastes", "lore.confidence")


def test_a_leaking_column_ends_with_wrong_use_and_its_name(
    run: Run, shop: Path, tmp_path: Path
) -> None:
    with (shop / "interactions.csv").open("a") as file:
        file.write("ann,c,3\n")
    (shop / "items.csv").write_text("item_id,title,n_ratings\n07,Lamp,2\nb,Rug,2\nc,Chair,4\n")
    outcome = run(*arguments(shop, tmp_path / "r.json"))
    assert outcome.code == 2
    assert "'n_ratings' is by its name a count" in outcome.err
    assert not (tmp_path / "r.json").exists()
