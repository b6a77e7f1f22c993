from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lorewise.data.knowledge import Knowledge, Provenance
from lorewise.knowledge.enrichment_plan import Plan
from lorewise.knowledge.subjects import Subject
from lorewise.storage.call_log import Failure
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.small_job import PROMPT, film, films, small_job


def origin(subject: Subject) -> Provenance:
    return Provenance(
        model="small",
        prompt_digest=PROMPT.digest,
        input_digest=subject.input_digest,
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
    )


def known(subject: Subject) -> Knowledge:
    facets = {"mood": "calm"}
    return Knowledge(kind="item", subject_id=subject.id, facets=facets, provenance=origin(subject))


def failed(subject: Subject, *, is_final: bool) -> Failure:
    return Failure(
        kind="item",
        subject_id=subject.id,
        reason="no answer",
        is_final=is_final,
        provenance=origin(subject),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[KnowledgeStore]:
    """Film 0 is known, 1 with another year, 2 failed for good, 3 for now; 4 is new."""
    with KnowledgeStore.open(f"sqlite:///{tmp_path / 'lore.db'}") as store:
        store.finish(
            done=[known(film(0)), known(film(1, "1950"))],
            failed=[failed(film(2), is_final=True), failed(film(3), is_final=False)],
        )
        yield store


def test_subjects_are_sorted_by_what_is_stored(store: KnowledgeStore) -> None:
    plan = Plan.of(small_job(films(5)), store)
    assert plan.counts == {"done": 1, "changed": 1, "failed": 1, "new": 2}
    assert (plan.n_subjects, plan.n_to_ask) == (5, 3)


def test_what_failed_for_good_may_be_asked_once_more(store: KnowledgeStore) -> None:
    plan = Plan.of(small_job(films(5)), store, retry_failed=True)
    assert plan.counts == {"done": 1, "changed": 1, "new": 3}


def test_batches_hold_what_is_to_be_asked_in_order(store: KnowledgeStore) -> None:
    plan = Plan.of(small_job(films(8), batch_size=4), store)
    ids = [[subject.id for subject in batch] for batch in plan.batches()]
    assert ids == [["0001", "0003", "0004", "0005"], ["0006", "0007"]]
    assert plan.n_calls == 2


def test_a_plan_without_subjects_has_no_calls(store: KnowledgeStore) -> None:
    plan = Plan.of(small_job([]), store)
    assert (plan.n_calls, list(plan.batches())) == (0, [])


def test_subjects_are_read_as_they_are_asked(store: KnowledgeStore) -> None:
    plan = Plan.of(small_job(films(100), batch_size=4), store)
    read = []

    def watched() -> Iterator[Subject]:
        for subject in films(100):
            read.append(subject.id)
            yield subject

    object.__setattr__(plan.job, "subjects", watched)
    next(plan.batches())
    assert len(read) < 10
