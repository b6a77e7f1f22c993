import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from lorewise.errors import AttemptError, BudgetError
from lorewise.llm.asking import Asked, Asker, AskFailedError, AskUnaffordableError
from lorewise.llm.budget import Budget, Prices
from lorewise.llm.language_model import Answer, Question
from lorewise.llm.limits import RateLimiter
from lorewise.llm.openai_compatible import EndpointSettings, OpenAICompatibleModel
from lorewise.llm.retries import RetrySettings
from lorewise.testing.canned_replies import Fault
from lorewise.testing.faulty_endpoint import FaultyEndpoint

PRICES = Prices(usd_per_million_prompt_tokens=1.0, usd_per_million_answer_tokens=1.0)
QUESTION = Question(instructions="", material="x" * 36, max_tokens=100)  # at worst 200 tokens
ANSWER = Answer(text="yes", prompt_tokens=10, answer_tokens=20)
BUSY = AttemptError("busy", may_retry=True)
BUSY_FOR_LONG = AttemptError("busy", may_retry=True, retry_after_s=20)
LOST = AttemptError("lost", may_retry=True, may_have_cost=True)
FINAL = AttemptError("no such model", may_retry=False)


@dataclass
class ScriptedModel:
    """Answers or fails in turn, and then answers."""

    script: Sequence[Answer | AttemptError] = ()
    name: str = "scripted"
    n_asked: int = 0

    async def ask(self, question: Question) -> Answer:
        outcome = self.script[self.n_asked] if self.n_asked < len(self.script) else ANSWER
        self.n_asked += 1
        if isinstance(outcome, AttemptError):
            raise outcome
        return outcome

    async def close(self) -> None:
        """Nothing is held."""


@dataclass
class StuckModel:
    """Never answers."""

    name: str = "stuck"

    async def ask(self, question: Question) -> Answer:
        await asyncio.Event().wait()
        return ANSWER

    async def close(self) -> None:
        """Nothing is held."""


async def no_sleep(seconds: float) -> None:
    """Return at once."""


@dataclass
class Scene:
    """An asker whose sleep only moves its clock."""

    script: Sequence[Answer | AttemptError] = ()
    budget: Budget = field(default_factory=lambda: Budget(prices=PRICES))
    retries: RetrySettings = field(default_factory=RetrySettings)
    tokens_per_minute: float | None = None
    now: float = 0.0
    naps: list[float] = field(default_factory=list)
    told: list[tuple[int, int, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.model = ScriptedModel(self.script)
        self.limiter = RateLimiter(None, self.tokens_per_minute, lambda: self.now, self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += seconds

    def asker(self) -> Asker:
        return Asker(
            model=self.model,
            limiter=self.limiter,
            budget=self.budget,
            retries=self.retries,
            rng=np.random.default_rng(1),
            sleep=self.sleep,
        )

    def ask(self) -> Asked:
        return asyncio.run(self.asker().ask(QUESTION, lambda *told: self.told.append(told)))


def test_an_answer_at_once_takes_one_attempt_and_no_wait() -> None:
    scene = Scene()
    asked = scene.ask()
    assert asked.answer == ANSWER
    assert (asked.n_attempts, asked.tokens, asked.unconfirmed_tokens) == (1, 30, 0)
    assert asked.cost_usd == pytest.approx(30e-6)
    assert scene.budget.spent.tokens == 30
    assert scene.naps == []


def test_refusals_are_tried_again_and_cost_nothing() -> None:
    scene = Scene([BUSY, BUSY])
    asked = scene.ask()
    assert (asked.n_attempts, asked.tokens) == (3, 30)
    assert scene.budget.spent.tokens == 30
    assert len(scene.naps) == 2


def test_lost_answers_are_counted_at_their_worst() -> None:
    scene = Scene([LOST, BUSY, LOST])
    asked = scene.ask()
    assert (asked.n_attempts, asked.unconfirmed_tokens, asked.tokens) == (4, 400, 430)
    assert asked.cost_usd == pytest.approx(430e-6)
    assert scene.budget.spent.tokens == 430


def test_before_each_attempt_is_told_what_may_have_been_charged_by_its_end() -> None:
    scene = Scene([LOST, BUSY, LOST])
    scene.ask()
    assert [told[:2] for told in scene.told] == [(1, 200), (2, 400), (3, 400), (4, 600)]
    assert [told[2] for told in scene.told] == pytest.approx([2e-4, 4e-4, 4e-4, 6e-4])


def test_a_final_failure_is_not_tried_again() -> None:
    scene = Scene([FINAL])
    with pytest.raises(AskFailedError, match=r"no such model \(attempt 1\)") as caught:
        scene.ask()
    assert not caught.value.may_retry
    assert (caught.value.n_attempts, caught.value.tokens, caught.value.cost_usd) == (1, 0, 0)
    assert scene.model.n_asked == 1


def test_the_last_failure_says_what_all_attempts_took() -> None:
    scene = Scene([LOST] * 9, retries=RetrySettings(max_attempts=3))
    with pytest.raises(AskFailedError, match=r"lost \(attempt 3\)") as caught:
        scene.ask()
    assert caught.value.may_retry
    assert (caught.value.n_attempts, caught.value.tokens) == (3, 600)
    assert caught.value.cost_usd == pytest.approx(600e-6)
    assert scene.budget.spent.tokens == 600


def test_nothing_is_asked_that_the_budget_cannot_bear() -> None:
    scene = Scene(budget=Budget(tokens=199))
    with pytest.raises(BudgetError, match="may take 200 tokens"):
        scene.ask()
    assert scene.model.n_asked == 0
    assert scene.told == []


def test_a_budget_that_ends_between_attempts_says_what_they_took() -> None:
    scene = Scene([LOST, LOST], budget=Budget(tokens=450))
    with pytest.raises(AskUnaffordableError) as caught:
        scene.ask()
    assert (caught.value.usage.n_attempts, caught.value.usage.tokens) == (2, 400)
    assert scene.model.n_asked == 2


def test_the_endpoints_wish_holds_every_question_back() -> None:
    scene = Scene([BUSY_FOR_LONG])
    asker = scene.asker()
    asker.sleep = no_sleep  # so that only the limiter's waits move the clock
    asyncio.run(asker.ask(QUESTION))
    assert scene.now == pytest.approx(20)


def test_a_question_that_is_given_up_holds_nobody_back() -> None:
    scene = Scene([BUSY_FOR_LONG], retries=RetrySettings(max_wait_s=10))
    with pytest.raises(AskFailedError):
        scene.ask()
    asyncio.run(scene.limiter.acquire(1))
    assert scene.now == 0


def test_tokens_that_were_not_used_let_the_next_question_leave_sooner() -> None:
    scene = Scene(tokens_per_minute=60)

    async def main() -> None:
        asker = scene.asker()
        await asker.ask(QUESTION)
        await asker.ask(QUESTION)

    asyncio.run(main())
    assert scene.now == pytest.approx(30)  # the 30 tokens that the first one took, not 200


def test_a_question_cancelled_in_flight_is_charged_at_its_worst() -> None:
    budget = Budget()

    async def main() -> None:
        asker = Asker(model=StuckModel(), budget=budget, rng=np.random.default_rng(1))
        task = asyncio.create_task(asker.ask(QUESTION))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert (budget.spent.tokens, budget.reserved.tokens) == (200, 0)


def test_a_question_cancelled_before_it_left_costs_nothing() -> None:
    budget = Budget()
    limiter = RateLimiter()

    async def main() -> None:
        limiter.pause(3_600)
        asker = Asker(
            model=StuckModel(), limiter=limiter, budget=budget, rng=np.random.default_rng(1)
        )
        task = asyncio.create_task(asker.ask(QUESTION))
        await asyncio.sleep(0)
        assert budget.reserved.tokens == 200
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert (budget.spent.tokens, budget.reserved.tokens) == (0, 0)


def test_the_same_seed_waits_the_same() -> None:
    first, second = Scene([BUSY] * 4), Scene([BUSY] * 4)
    first.ask()
    second.ask()
    assert first.naps == second.naps


FAULTS = [None, Fault.BUSY, Fault.BROKEN, Fault.CUT, Fault.HALF_BODY, Fault.UNMETERED]
MOST_TOKENS = 8_000


def test_no_budget_is_overrun_by_the_endpoints_own_count() -> None:
    numbers = np.random.default_rng(0).integers(len(FAULTS), size=500)
    budget = Budget(tokens=MOST_TOKENS)
    with FaultyEndpoint([Fault.HANG, *(FAULTS[number] for number in numbers)]) as endpoint:
        outcomes = asyncio.run(many_asked(endpoint.base_url, budget))
    usages = [getattr(outcome, "usage", outcome) for outcome in outcomes]
    assert {type(outcome) for outcome in outcomes} == {Asked, AskFailedError, AskUnaffordableError}
    assert endpoint.most_in_flight > 1
    assert endpoint.billed_tokens <= budget.spent.tokens <= MOST_TOKENS
    assert sum(usage.tokens for usage in usages) == budget.spent.tokens


async def many_asked(base_url: str, budget: Budget) -> list[Any]:
    """Ask 60 questions, six at a time; return what came of each."""
    settings = EndpointSettings(timeout_s=0.5)
    model = OpenAICompatibleModel.open(base_url=base_url, model="m", settings=settings)
    asker = Asker(
        model=model,
        budget=budget,
        retries=RetrySettings(max_attempts=3, first_wait_s=0.0),
        rng=np.random.default_rng(0),
    )
    material = json.dumps({"subjects": [{"ref": 1, "title": "Heat"}]})
    question = Question(instructions="", material=material, max_tokens=200)
    turns = asyncio.Semaphore(6)

    async def one() -> Asked:
        async with turns:
            return await asker.ask(question)

    try:
        return await asyncio.gather(*(one() for _ in range(60)), return_exceptions=True)
    finally:
        await model.close()
