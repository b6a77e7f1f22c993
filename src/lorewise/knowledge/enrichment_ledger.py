"""What a job writes into the store: each call before it leaves, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lorewise.data.knowledge import Knowledge, Provenance
from lorewise.knowledge.answers import Facts, Refusal
from lorewise.knowledge.enrichment_ending import Ending
from lorewise.knowledge.enrichment_job import Job
from lorewise.knowledge.enrichment_request import Request
from lorewise.knowledge.subjects import Subject
from lorewise.llm.budget import Budget, Spent
from lorewise.llm.recorded import question_digest
from lorewise.storage.call_log import CallEnd, CallStart, Failure
from lorewise.storage.knowledge_store import KnowledgeStore

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def spent_on(job: Job, store: KnowledgeStore) -> Spent:
    """Return what all runs of the job have cost; lost calls count at the most they may have."""
    spent = store.spent(*job.key)
    return Spent(tokens=spent.tokens, usd=spent.usd)


@dataclass(frozen=True)
class Ledger:
    """Files the calls of one job; all that a method is given is on disk when it returns."""

    job: Job
    store: KnowledgeStore
    budget: Budget
    now: Now = utc_now

    def begin(self, requests: Sequence[Request]) -> None:
        """Record calls that are about to leave, at the most that their first attempt may cost."""
        self.store.begin([self._start(request) for request in requests])

    def charge(self, request: Request, n_attempts: int, tokens: int, usd: float) -> None:
        """Record the most that a call may have cost once this attempt is made."""
        if n_attempts > 1:  # the first is part of what ``begin`` recorded
            self.store.charge(request.call_id, n_attempts, tokens, usd)

    def finish(self, endings: Sequence[Ending]) -> None:
        """Record how calls ended, with what is known and what failed, all at once."""
        now = self.now()
        self.store.finish(
            [_end(ending, now) for ending in endings],
            [self._knowledge(ending, facts, now) for ending in endings for facts in ending.done],
            [self._failure(ending, it, now) for ending in endings for it in ending.failed],
        )

    def _start(self, request: Request) -> CallStart:
        kind, model, prompt_digest = self.job.key
        worst = self.budget.worst_case(request.question)
        return CallStart(
            call_id=request.call_id,
            kind=kind,
            model=model,
            prompt_digest=prompt_digest,
            question_digest=question_digest(request.question),
            subjects=tuple((it.id, it.input_digest) for it in request.subjects),
            charged_tokens=worst.tokens,
            charged_usd=worst.usd,
            started_at=self.now(),
        )

    def _knowledge(self, ending: Ending, facts: Facts, now: datetime) -> Knowledge:
        return Knowledge(
            kind=self.job.prompt.subject_kind,
            subject_id=facts.subject.id,
            facets=facts.facets,
            confidence=facts.confidence,
            provenance=self._provenance(ending, facts.subject, now),
        )

    def _failure(self, ending: Ending, refusal: Refusal, now: datetime) -> Failure:
        return Failure(
            kind=self.job.prompt.subject_kind,
            subject_id=refusal.subject.id,
            reason=refusal.reason,
            is_final=ending.is_final,
            provenance=self._provenance(ending, refusal.subject, now),
        )

    def _provenance(self, ending: Ending, subject: Subject, now: datetime) -> Provenance:
        _, model, prompt_digest = self.job.key
        n_subjects = len(ending.request.subjects)
        return Provenance(
            model=model,
            prompt_digest=prompt_digest,
            input_digest=subject.input_digest,
            as_of=now,
            tokens=round(ending.usage.tokens / n_subjects),
            cost_usd=ending.usage.cost_usd / n_subjects,
            call_id=ending.request.call_id,
            events_digest=subject.events_digest,
            n_events=subject.n_events,
        )


def _end(ending: Ending, now: datetime) -> CallEnd:
    answer, usage = ending.answer, ending.usage
    return CallEnd(
        call_id=ending.request.call_id,
        status="done" if ending.error is None else "failed",
        n_attempts=usage.n_attempts,
        prompt_tokens=usage.prompt_tokens,
        answer_tokens=usage.answer_tokens,
        unconfirmed_tokens=usage.unconfirmed_tokens,
        is_metered=answer is None or answer.is_metered,
        cost_usd=usage.cost_usd,
        error=ending.error,
        answer_text=None if answer is None else answer.text,
        finished_at=now,
    )
