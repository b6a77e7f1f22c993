import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from lorewise.pipeline import knowledge_study
from lorewise.testing.told_world import FitByWords, told_world

Run = Callable[..., Any]


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | Path]:
    """Write the told world as files; return the command's arguments that name them."""
    monkeypatch.setenv("LOREWISE_CACHE", str(tmp_path / "cache"))
    fit = FitByWords()
    by_words = partial(knowledge_study.knowledge_study, fits={"both": fit, "words": fit})
    monkeypatch.setattr(knowledge_study, "knowledge_study", by_words)
    world, folder = told_world(), tmp_path / "told"
    folder.mkdir()
    table = world.item_table
    table.select("item_id", "title").write_csv(folder / "items.csv")
    pl.DataFrame(
        {
            "user_id": world.users.array[world.user_numbers],
            "item_id": world.items.array[world.item_numbers],
            "timestamp": world.timestamps_s,
        }
    ).write_csv(folder / "interactions.csv")
    lore = tmp_path / "lore.jsonl"
    lore.write_text("".join(f"{_line(row)}\n" for row in table.iter_rows(named=True)))
    return ["evaluate", "--data", folder, "--knowledge", lore, "--knowledge-study"]


def _line(row: dict[str, Any]) -> str:
    facets = {name[5:]: value for name, value in row.items() if name.startswith("lore.")}
    provenance = {
        "model": "m",
        "prompt_digest": "0" * 16,
        "input_digest": "1" * 16,
        "as_of": "2026-01-01T00:00:00Z",
        "tokens": 300,
        "cost_usd": 0.00042,
    }
    return json.dumps({"id": row["item_id"], **facets, "provenance": provenance})


def test_the_table_the_verdicts_and_the_price_are_printed(
    run: Run, told: list[str | Path], tmp_path: Path
) -> None:
    out = tmp_path / "r.json"

    outcome = run(*told, "--scenarios", "cold-items, warm", "--out", out)

    assert outcome.code == 0, outcome.err
    row = next(line for line in outcome.out.splitlines() if line.startswith("lore "))
    assert len(row.split()) >= 3
    assert "Lore pays on cold items: +." in outcome.out
    assert "at $0.42 per 1,000 items." in outcome.out
    assert "Lore does not pay on warm items" in outcome.out
    assert "Quality rises with stated confidence" in outcome.out
    assert "may be hindsight" in outcome.out
    names = [found["name"] for found in json.loads(out.read_text())["study"]["scenarios"]]
    assert names == ["cold-items", "warm"]


def test_json_holds_table_verdicts_and_price(
    run: Run, told: list[str | Path], tmp_path: Path
) -> None:
    page = tmp_path / "r.html"

    outcome = run(
        *told, "--scenarios", "warm", "--out", tmp_path / "r.json", "--json", "--html", page
    )

    found = json.loads(outcome.out)
    assert found["usd_per_1000_items"] == pytest.approx(0.42)
    assert found["verdicts"]["warm"]["pays"] is False
    assert found["table"]["warm"].keys() >= {"popularity", "none", "lore"}
    assert "<title>What knowledge is worth</title>" in page.read_text()


def test_an_unknown_scenario_is_wrong_use(run: Run, told: list[str | Path], tmp_path: Path) -> None:
    outcome = run(*told, "--scenarios", "colditems", "--out", tmp_path / "r.json")

    assert outcome.code == 2
    assert "did you mean 'cold-items'" in outcome.err
