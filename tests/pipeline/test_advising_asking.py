"""Language models asked about a sample."""

from pathlib import Path

import pytest

from lorewise.errors import LanguageModelError
from lorewise.knowledge.prompt import Prompt
from lorewise.pipeline.advising_asking import Inquiry
from lorewise.pipeline.advising_offers import ModelOffer
from lorewise.testing.canned_replies import Fault
from lorewise.testing.faulty_endpoint import FaultyEndpoint
from lorewise.testing.told_world import told_world

PROMPT = Prompt.load("generic", "items", "en")


def inquiry(folder: Path, budget_usd: float | None = None) -> Inquiry:
    url = f"sqlite:///{folder / 'advice.db'}"
    return Inquiry(prompt=PROMPT, store_url=url, budget_usd=budget_usd)


def test_every_item_is_asked_about_once_however_often_advice_is_sought(tmp_path: Path) -> None:
    with FaultyEndpoint() as endpoint:
        offer = ModelOffer.of(f"{endpoint.base_url}#small")
        source = inquiry(tmp_path).asked(offer, told_world())
        again = inquiry(tmp_path).asked(offer, told_world())
        n_asked = sum(endpoint.asked.values())
    assert n_asked == len(source.table) == told_world().n_items
    assert source.name == "small"
    assert source.table.equals(again.table)
    assert source.usd_per_item == 0  # it runs on this machine


def test_two_models_are_told_apart_and_priced_by_their_tokens(tmp_path: Path) -> None:
    with FaultyEndpoint() as endpoint:
        cheap = ModelOffer.of(f"{endpoint.base_url}#cheap@1/2")
        dear = ModelOffer.of(f"{endpoint.base_url}#dear@10/20")
        first = inquiry(tmp_path).asked(cheap, told_world())
        billed = endpoint.prompt_tokens * 1e-6 + endpoint.answer_tokens * 2e-6
        second = inquiry(tmp_path).asked(dear, told_world())
    assert first.usd_per_item == pytest.approx(billed / told_world().n_items)
    assert second.usd_per_item == pytest.approx(10 * billed / told_world().n_items)


def test_a_budget_ends_the_questions_and_what_is_known_counts(tmp_path: Path) -> None:
    with FaultyEndpoint() as endpoint:
        offer = ModelOffer.of(f"{endpoint.base_url}#small@1/2")
        source = inquiry(tmp_path, budget_usd=0.025).asked(offer, told_world())
        billed = endpoint.prompt_tokens * 1e-6 + endpoint.answer_tokens * 2e-6
    assert billed <= 0.025
    assert 0 < len(source.table) < told_world().n_items


def test_a_model_without_a_usable_answer_is_named_and_gets_no_other_models_answers(
    tmp_path: Path,
) -> None:
    with FaultyEndpoint() as endpoint:
        inquiry(tmp_path).asked(ModelOffer.of(f"{endpoint.base_url}#small"), told_world())
    with FaultyEndpoint([Fault.EMPTY] * 10_000) as endpoint:
        offer = ModelOffer.of(f"{endpoint.base_url}#mute")
        with pytest.raises(LanguageModelError, match="mute gave no usable answer"):
            inquiry(tmp_path).asked(offer, told_world())
