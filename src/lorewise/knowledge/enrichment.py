"""Asks a language model about everything that is still unknown, and stores what it says."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import partial

from lorewise.errors import AttemptError, BudgetError
from lorewise.knowledge.enrichment_ending import Ending, answered, postponed, split, unanswered
from lorewise.knowledge.enrichment_ledger import Ledger
from lorewise.knowledge.enrichment_plan import Plan
from lorewise.knowledge.enrichment_request import Request
from lorewise.knowledge.enrichment_tally import Tally
from lorewise.llm.asking import Asked, Asker, AskFailedError, AskUnaffordableError
from lorewise.storage.knowledge_store import KnowledgeStore


@dataclass
class Halt:
    """Whether a run starts no more calls, and why; anybody may set it."""

    reason: str | None = None
    """None while it goes on."""

    def because(self, reason: str) -> None:
        """Stop; the first reason stays."""
        self.reason = self.reason or reason


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a job has come to."""

    n_done: int
    n_failed: int
    """Subjects by what the store holds now, earlier runs included."""

    n_left: int
    """Subjects that were not asked about, or not to the end."""

    run: Tally
    """Of this run alone."""

    reason: str | None
    """Why the run ended early; None where it did not."""

    @property
    def is_complete(self) -> bool:
        """Whether every subject is done."""
        return not self.n_failed and not self.n_left


async def enrich(
    plan: Plan,
    asker: Asker,
    store: KnowledgeStore,
    *,
    progress: Callable[[Tally], None] = lambda _: None,
    halt: Halt | None = None,
) -> Outcome:
    """Ask about all that is open, a few calls at a time, until none is or something halts it.

    Every call is in the store before it leaves and what it brought is there at once, so that a
    run that is killed loses the calls in flight and no more. What an answer leaves out or gets
    wrong is asked about once more, alone. A call that the budget has no room for waits for
    those in flight; if there are none, the run ends.

    Raises:
        AttemptError: The endpoint refused what it was asked before it answered anything.
        StoreError: The store failed.
    """
    store.interrupt(*plan.job.key)  # what a killed run left in flight
    tally = Tally(n_to_ask=plan.n_to_ask)
    run = _Run(plan, asker, Ledger(plan.job, store, asker.budget), tally, halt or Halt())
    await run.to_end(progress)
    return Outcome(
        n_done=plan.counts["done"] + tally.n_done,
        n_failed=plan.counts["failed"] + tally.n_failed,
        n_left=tally.n_left,
        run=tally,
        reason=run.halt.reason,
    )


@dataclass
class _Run:
    plan: Plan
    asker: Asker
    ledger: Ledger
    tally: Tally
    halt: Halt
    in_flight: dict[asyncio.Task[Asked], Request] = field(default_factory=dict)
    waiting: deque[Request] = field(default_factory=deque)
    """Requests that go before the next batch."""
    n_answered: int = 0
    n_unanswered_in_a_row: int = 0
    refusal: AttemptError | None = None

    def __post_init__(self) -> None:
        self.batches = self.plan.batches()

    async def to_end(self, progress: Callable[[Tally], None]) -> None:
        try:
            self._start()
            while self.in_flight:
                finished, _ = await asyncio.wait(
                    self.in_flight, return_when=asyncio.FIRST_COMPLETED
                )
                self._end(finished)
                progress(self.tally)
                self._start()
        finally:
            await _cancelled(self.in_flight)
        if self.refusal is not None:
            raise self.refusal

    def _start(self) -> None:
        """Let as many calls leave as may be in flight and the budget has room for."""
        requests = self._affordable()
        self.ledger.begin(requests)
        for request in requests:
            charge = partial(self.ledger.charge, request)
            task = asyncio.create_task(self.asker.ask(request.question, charge))
            self.in_flight[task] = request

    def _affordable(self) -> list[Request]:
        requests: list[Request] = []
        reservations = []
        n_free = self.plan.job.settings.concurrency - len(self.in_flight)
        try:
            while len(requests) < n_free and (request := self._next()):
                self.waiting.appendleft(request)
                reservations.append(self.asker.budget.reserve(request.question))
                requests.append(self.waiting.popleft())
        except BudgetError as error:
            if not requests and not self.in_flight:
                self.halt.because(str(error))
        for reservation in reservations:  # each call reserves for itself as it leaves
            self.asker.budget.release(reservation)
        return requests

    def _next(self) -> Request | None:
        if self.halt.reason is not None:
            return None
        if self.waiting:
            return self.waiting.popleft()
        batch = next(self.batches, None)
        return None if batch is None else Request.first(self.plan.job, batch)

    def _end(self, finished: Collection[asyncio.Task[Asked]]) -> None:
        in_order = [task for task in self.in_flight if task in finished]
        endings = [self._ending(self.in_flight[task], task) for task in in_order]
        self.ledger.finish(endings)
        for task, ending in zip(in_order, endings, strict=True):
            del self.in_flight[task]
            self.tally.add(ending)
            self.waiting.extend(ending.again)

    def _ending(self, request: Request, task: asyncio.Task[Asked]) -> Ending:
        try:
            asked = task.result()
        except AskUnaffordableError as error:
            return postponed(request, error)
        except AskFailedError as error:
            return self._without_answer(request, error)
        self.n_answered += 1
        self.n_unanswered_in_a_row = 0
        return answered(self.plan.job, request, asked)

    def _without_answer(self, request: Request, error: AskFailedError) -> Ending:
        if not error.may_retry and not self.n_answered:  # key, name or address are wrong
            self.refusal = self.refusal or error
            self.halt.because(str(error))
            return Ending(request=request, usage=error.usage, error=str(error))
        self.n_unanswered_in_a_row += 1
        if self.n_unanswered_in_a_row >= self.plan.job.settings.stop_after:
            self.halt.because(
                f"{self.n_unanswered_in_a_row} calls in a row had no answer, the last: {error}"
            )
        if not error.may_retry and len(request.subjects) > 1:
            return split(self.plan.job, request, error)
        return unanswered(request, error)


async def _cancelled(tasks: Collection[asyncio.Task[Asked]]) -> None:
    """Leave no call behind; they are still recorded as in flight."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
