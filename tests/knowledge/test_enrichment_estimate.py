from collections.abc import Iterator
from pathlib import Path

import pytest

from lorewise.knowledge.enrichment_estimate import estimate
from lorewise.knowledge.enrichment_plan import Plan
from lorewise.llm.budget import Budget, Prices
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.faulty_endpoint import FaultyEndpoint
from lorewise.testing.small_job import Runner, films, small_job

PRICES = Prices(usd_per_million_prompt_tokens=1.0, usd_per_million_answer_tokens=10.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[KnowledgeStore]:
    with KnowledgeStore.open(f"sqlite:///{tmp_path / 'lore.db'}") as store:
        yield store


def test_the_real_cost_is_near_what_was_expected_and_below_the_most(store: KnowledgeStore) -> None:
    job = small_job(films(40))
    expected = estimate(Plan.of(job, store), Budget(prices=PRICES))
    with FaultyEndpoint() as endpoint:
        Runner(store=store, base_url=endpoint.base_url)(job)
    assert expected.n_calls == endpoint.n_requests == 10
    assert expected.prompt_tokens == pytest.approx(endpoint.prompt_tokens, rel=0.6)
    assert expected.answer_tokens == pytest.approx(endpoint.answer_tokens, rel=0.6)
    assert endpoint.billed_tokens < expected.most_tokens
    usd = PRICES.cost_usd(expected.prompt_tokens, expected.answer_tokens)
    assert expected.usd == pytest.approx(usd)
    assert usd < expected.most_usd


def test_what_is_done_costs_nothing(store: KnowledgeStore) -> None:
    job = small_job(films(8))
    with FaultyEndpoint() as endpoint:
        Runner(store=store, base_url=endpoint.base_url)(job)
    nothing = estimate(Plan.of(job, store), Budget(prices=PRICES))
    assert (nothing.n_calls, nothing.most_tokens, nothing.most_usd) == (0, 0, 0.0)


def test_chinese_takes_more_tokens_a_letter(store: KnowledgeStore) -> None:
    latin, chinese = films(1), films(1)
    object.__setattr__(latin[0], "title", "a" * 90)
    object.__setattr__(chinese[0], "title", "红" * 90)
    tokens = [
        estimate(Plan.of(small_job(subjects), store), Budget()).prompt_tokens
        for subjects in (latin, chinese)
    ]
    assert 30 < tokens[1] - tokens[0] < 45  # 90 / 1.5 - 90 / 4
