from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lorewise.knowledge.answers import Facts, Refusal
from lorewise.knowledge.enrichment_ending import Ending
from lorewise.knowledge.enrichment_ledger import Ledger, spent_on, utc_now
from lorewise.knowledge.enrichment_request import Request
from lorewise.llm.asking import Usage
from lorewise.llm.budget import Budget, Prices
from lorewise.llm.language_model import Answer
from lorewise.llm.recorded import question_digest
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.small_job import films, small_job

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PRICES = Prices(usd_per_million_prompt_tokens=1.0, usd_per_million_answer_tokens=2.0)
BUDGET = Budget(prices=PRICES)
FILMS = films(4)
JOB = small_job(FILMS)
REQUEST = Request.first(JOB, FILMS)
ANSWER = Answer(text="{}", prompt_tokens=90, answer_tokens=30)
USAGE = Usage(n_attempts=2, prompt_tokens=90, answer_tokens=30, unconfirmed_tokens=80, cost_usd=0.4)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[KnowledgeStore]:
    with KnowledgeStore.open(f"sqlite:///{tmp_path / 'lore.db'}") as store:
        yield store


@pytest.fixture
def ledger(store: KnowledgeStore) -> Ledger:
    return Ledger(JOB, store, BUDGET, lambda: NOON)


def test_a_call_that_left_counts_at_its_worst(store: KnowledgeStore, ledger: Ledger) -> None:
    worst = BUDGET.worst_case(REQUEST.question)
    ledger.begin([REQUEST])
    assert spent_on(JOB, store) == worst
    ledger.charge(REQUEST, 1, worst.tokens, worst.usd)
    assert spent_on(JOB, store) == worst
    ledger.charge(REQUEST, 2, 2 * worst.tokens, 2 * worst.usd)
    assert spent_on(JOB, store).tokens == 2 * worst.tokens


def test_a_call_that_ended_counts_as_billed(store: KnowledgeStore, ledger: Ledger) -> None:
    ledger.begin([REQUEST])
    ledger.finish([Ending(request=REQUEST, usage=USAGE, answer=ANSWER)])
    assert (spent_on(JOB, store).tokens, spent_on(JOB, store).usd) == (200, 0.4)
    assert list(store.answers()) == [(question_digest(REQUEST.question), "{}")]
    assert store.call_counts() == {"done": 1}


def test_subjects_bear_equal_shares_and_name_their_call(
    store: KnowledgeStore, ledger: Ledger
) -> None:
    facts = Facts(subject=FILMS[1], facets={"mood": "calm"}, confidence="low")
    refusal = Refusal(subject=FILMS[2], reason="left out")
    ending = Ending(
        request=REQUEST,
        usage=USAGE,
        answer=ANSWER,
        done=(facts,),
        failed=(refusal,),
        is_final=False,
    )
    ledger.begin([REQUEST])
    ledger.finish([ending])
    (entry,), (failure,) = store.latest("item"), store.failures("item")
    assert (entry.subject_id, entry.facets, entry.confidence) == ("0001", {"mood": "calm"}, "low")
    assert (failure.subject_id, failure.reason, failure.is_final) == ("0002", "left out", False)
    for origin in (entry.provenance, failure.provenance):
        assert origin is not None
        assert (origin.model, origin.prompt_digest) == ("small", JOB.prompt.digest)
        assert (origin.tokens, origin.cost_usd) == (50, 0.1)
        assert (origin.call_id, origin.as_of) == (REQUEST.call_id, NOON)
    assert failure.provenance.input_digest == FILMS[2].input_digest


def test_what_is_said_of_an_audience_is_filed_apart_from_the_item(store: KnowledgeStore) -> None:
    job = replace(JOB, prompt=replace(JOB.prompt, kind="audience"))
    facts = Facts(subject=FILMS[1], facets={"mood": "calm"}, confidence="low")
    refusal = Refusal(subject=FILMS[2], reason="left out")
    request = Request.first(job, FILMS)
    ending = Ending(request=request, usage=USAGE, answer=ANSWER, done=(facts,), failed=(refusal,))
    own = Ledger(job, store, BUDGET, lambda: NOON)
    own.begin([request])
    own.finish([ending])
    assert [entry.subject_id for entry in store.latest("audience")] == ["0001"]
    assert [failure.subject_id for failure in store.failures("audience")] == ["0002"]
    assert store.counts() == {("audience", "done"): 1, ("audience", "failed"): 1}
    assert (spent_on(job, store).tokens, spent_on(JOB, store).tokens) == (200, 0)


def test_a_call_without_an_answer_is_filed_with_the_reason(
    store: KnowledgeStore, ledger: Ledger
) -> None:
    ledger.begin([REQUEST])
    ledger.finish([Ending(request=REQUEST, usage=Usage(n_attempts=6), error="it is down")])
    assert store.call_counts() == {"failed": 1}
    assert list(store.answers()) == []
    assert spent_on(JOB, store).tokens == 0


def test_the_time_has_a_zone() -> None:
    assert utc_now().tzinfo is UTC
