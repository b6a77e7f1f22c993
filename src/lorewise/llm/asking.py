"""One question asked until it is answered: within the budget, at the pace, with patience."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from lorewise.errors import AttemptError, BudgetError
from lorewise.llm.budget import Budget, Reservation
from lorewise.llm.language_model import Answer, LanguageModel, Question
from lorewise.llm.limits import RateLimiter, Sleep
from lorewise.llm.retries import Patience, RetrySettings

OnAttempt = Callable[[int, int, float], None]
"""Told before each attempt: its number from 1, and the tokens and USD that all attempts up to and
with this one may have been billed at worst."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What the attempts at one question took."""

    n_attempts: int = 0
    prompt_tokens: int = 0
    answer_tokens: int = 0
    """Of the answer that arrived; see ``Answer.is_metered``."""

    unconfirmed_tokens: int = 0
    """The worst case of attempts that may have been billed although no answer came."""

    cost_usd: float = 0.0
    """Of all of these."""

    @property
    def tokens(self) -> int:
        """All of them."""
        return self.prompt_tokens + self.answer_tokens + self.unconfirmed_tokens


@dataclass(frozen=True, kw_only=True)
class Asked(Usage):
    """An answer and what it took."""

    answer: Answer


class AskFailedError(AttemptError):
    """The last attempt failed; says what all of them took."""

    def __init__(self, error: AttemptError, usage: Usage) -> None:
        super().__init__(
            f"{error} (attempt {usage.n_attempts})",
            may_retry=error.may_retry,
            retry_after_s=error.retry_after_s,
            may_have_cost=error.may_have_cost,
        )
        self.usage = usage

    @property
    def n_attempts(self) -> int:
        """How often it was asked."""
        return self.usage.n_attempts

    @property
    def tokens(self) -> int:
        """The most that all attempts may have been billed."""
        return self.usage.tokens

    @property
    def cost_usd(self) -> float:
        """The most that all attempts may have cost."""
        return self.usage.cost_usd


class AskUnaffordableError(BudgetError):
    """The next attempt might pass the budget; says what the earlier ones took."""

    def __init__(self, error: BudgetError, usage: Usage) -> None:
        super().__init__(str(error))
        self.usage = usage


@dataclass(kw_only=True)
class Asker:
    """Asks one model; may be used for any number of questions at once."""

    model: LanguageModel
    limiter: RateLimiter = field(default_factory=RateLimiter)
    budget: Budget = field(default_factory=Budget)
    retries: RetrySettings = field(default_factory=RetrySettings)
    rng: np.random.Generator
    """Draws the waits between attempts."""

    sleep: Sleep = asyncio.sleep

    async def ask(self, question: Question, on_attempt: OnAttempt | None = None) -> Asked:
        """Return the answer.

        Raises:
            AskFailedError: No attempt was answered.
            AskUnaffordableError: The next attempt might pass the budget.
        """
        patience, usage = Patience(self.retries, self.rng), Usage()
        while True:
            reservation = self._reserved(question, usage)
            try:
                await self.limiter.acquire(reservation.tokens)
            except asyncio.CancelledError:
                self.budget.release(reservation)
                raise
            usage = replace(usage, n_attempts=usage.n_attempts + 1)
            _tell(on_attempt, usage, reservation)
            try:
                return self._settled(reservation, usage, await self._attempt(question, reservation))
            except AttemptError as error:
                usage = self._charged(reservation, usage, error)
                await self._wait(error, patience, usage)

    async def _attempt(self, question: Question, reservation: Reservation) -> Answer:
        try:
            return await self.model.ask(question)
        except asyncio.CancelledError:
            self.budget.settle_unknown(reservation)
            raise

    def _reserved(self, question: Question, usage: Usage) -> Reservation:
        try:
            return self.budget.reserve(question)
        except BudgetError as error:
            raise AskUnaffordableError(error, usage) from error

    def _settled(self, reservation: Reservation, usage: Usage, answer: Answer) -> Asked:
        usd = self.budget.settle(reservation, answer)
        self.limiter.give_back(reservation.tokens - answer.prompt_tokens - answer.answer_tokens)
        return Asked(
            answer=answer,
            n_attempts=usage.n_attempts,
            prompt_tokens=answer.prompt_tokens,
            answer_tokens=answer.answer_tokens,
            unconfirmed_tokens=usage.unconfirmed_tokens,
            cost_usd=usage.cost_usd + usd,
        )

    def _charged(self, reservation: Reservation, usage: Usage, error: AttemptError) -> Usage:
        if not error.may_have_cost:
            self.budget.release(reservation)
            self.limiter.give_back(reservation.tokens)
            return usage
        self.budget.settle_unknown(reservation)
        return replace(
            usage,
            unconfirmed_tokens=usage.unconfirmed_tokens + reservation.tokens,
            cost_usd=usage.cost_usd + reservation.usd,
        )

    async def _wait(self, error: AttemptError, patience: Patience, usage: Usage) -> None:
        wait_s = patience.wait_s(error)
        if wait_s is None:
            raise AskFailedError(error, usage) from error
        if error.retry_after_s:
            self.limiter.pause(wait_s)  # the others would be turned away as well
        await self.sleep(wait_s)


def _tell(on_attempt: OnAttempt | None, usage: Usage, reservation: Reservation) -> None:
    if on_attempt is not None:
        on_attempt(
            usage.n_attempts,
            usage.unconfirmed_tokens + reservation.tokens,
            usage.cost_usd + reservation.usd,
        )
