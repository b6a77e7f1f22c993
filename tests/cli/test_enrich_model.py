import asyncio
from pathlib import Path
from typing import Any

import pytest
import typer

from lorewise.cli.enrich_model import CostOptions, ModelOptions
from lorewise.errors import BudgetError, StoreError
from lorewise.llm.budget import Spent
from lorewise.llm.language_model import Question
from lorewise.llm.recorded import RecordedModel

NO_SOURCE: dict[str, Any] = {"base_url": None, "model": None, "gguf": None, "recorded": None}
NO_COSTS: dict[str, Any] = {
    "requests_per_minute": None,
    "tokens_per_minute": None,
    "budget_tokens": None,
    "budget_usd": None,
    "usd_per_million_prompt_tokens": None,
    "usd_per_million_answer_tokens": None,
}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"base_url": "http://127.0.0.1:1/v1", "model": "qwen"}, "qwen"),
        ({"gguf": Path("/models/small-q4.gguf")}, "small-q4"),
        ({"gguf": Path("/models/small-q4.gguf"), "model": "small"}, "small"),
        ({"recorded": "lore.jsonl"}, "recorded"),
        ({"recorded": "lore.jsonl", "model": "claude"}, "claude"),
    ],
)
def test_answers_are_filed_under_a_name(given: dict[str, Any], name: str) -> None:
    assert ModelOptions(**NO_SOURCE | given).name == name


def test_a_file_of_knowledge_is_a_model(tmp_path: Path) -> None:
    file = tmp_path / "lore.jsonl"
    file.write_text('{"id": "1", "mood": "calm"}\n')
    assert isinstance(ModelOptions(**NO_SOURCE | {"recorded": str(file)}).opened(), RecordedModel)


def test_a_store_to_repeat_must_be_there(tmp_path: Path) -> None:
    options = ModelOptions(**NO_SOURCE | {"recorded": f"sqlite:///{tmp_path / 'none.db'}"})
    with pytest.raises(StoreError):
        options.opened()


def test_the_asker_keeps_budget_and_pace() -> None:
    given = {"budget_tokens": 100, "requests_per_minute": 6e5, "tokens_per_minute": 1e9}
    model = RecordedModel("small", {})
    asker = CostOptions(**NO_COSTS | given).asker(model, Spent(tokens=100))

    async def leave() -> None:
        await asker.limiter.acquire(1)

    asyncio.run(leave())
    with pytest.raises(BudgetError, match="100 are spent"):
        asker.budget.reserve(Question(instructions="", material=""))


def test_a_price_of_nothing_is_a_price() -> None:
    prices = {"usd_per_million_prompt_tokens": 0.0, "usd_per_million_answer_tokens": 2.0}
    budget = CostOptions(**NO_COSTS | prices | {"budget_usd": 1.0}).budget(Spent())
    assert budget.prices.cost_usd(10**6, 10**6) == 2.0


def test_one_price_alone_is_wrong_use() -> None:
    with pytest.raises(typer.BadParameter, match="one price is missing"):
        CostOptions(**NO_COSTS | {"usd_per_million_answer_tokens": 2.0})
