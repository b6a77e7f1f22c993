"""How much all calls together may cost; what is in flight counts at its worst."""

from dataclasses import dataclass
from math import fsum

from lorewise.errors import BudgetError, SettingsError
from lorewise.llm.dialect import most_prompt_tokens
from lorewise.llm.language_model import Answer, Question
from lorewise.llm.ranges import check_least

_MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What a model's provider takes."""

    usd_per_million_prompt_tokens: float = 0.0
    """At least 0."""

    usd_per_million_answer_tokens: float = 0.0
    """At least 0; tokens of reasoning count as answer."""

    def __post_init__(self) -> None:
        check_least(self, 0, "usd_per_million_prompt_tokens", "usd_per_million_answer_tokens")

    def cost_usd(self, prompt_tokens: int, answer_tokens: int) -> float:
        """Return the price of that many tokens.

        >>> Prices(usd_per_million_prompt_tokens=2, usd_per_million_answer_tokens=10).cost_usd(
        ...     500_000, 100_000
        ... )
        2.0
        """
        prompt_usd = prompt_tokens * self.usd_per_million_prompt_tokens
        answer_usd = answer_tokens * self.usd_per_million_answer_tokens
        return (prompt_usd + answer_usd) / _MILLION


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Tokens and money that are gone."""

    tokens: int = 0
    usd: float = 0.0

    def plus(self, tokens: int, usd: float) -> "Spent":
        """Return both together."""
        return Spent(tokens=self.tokens + tokens, usd=self.usd + usd)


@dataclass(frozen=True, kw_only=True)
class Reservation:
    """What one attempt may cost at worst; open until it is settled or released."""

    number: int
    tokens: int
    usd: float


class Budget:
    """Grants an attempt only if it fits even where it and all open ones cost their worst.

    It is overrun only by an endpoint that bills more than it was allowed to answer.
    """

    def __init__(
        self,
        tokens: int | None = None,
        usd: float | None = None,
        prices: Prices | None = None,
        spent: Spent | None = None,
    ) -> None:
        """``tokens`` and ``usd`` are the limits, None for none; ``spent`` counts against them.

        Raises:
            SettingsError: There is a limit in money but no prices.
        """
        if usd is not None and prices is None:
            raise SettingsError(
                f"a budget of {usd} USD needs prices to count by; give what a million prompt "
                "tokens and a million answer tokens cost, or a budget in tokens"
            )
        self.prices = prices or Prices()
        self.spent = spent or Spent()
        self._most_tokens = tokens
        self._most_usd = usd
        self._open: dict[int, Reservation] = {}
        self._n_granted = 0

    @property
    def reserved(self) -> Spent:
        """What the open reservations may cost at worst."""
        pending = self._open.values()
        return Spent(
            tokens=sum(reservation.tokens for reservation in pending),
            usd=fsum(reservation.usd for reservation in pending),
        )

    def worst_case(self, question: Question) -> Spent:
        """Return the most that one attempt at this question can cost."""
        prompt_tokens = most_prompt_tokens(question)
        return Spent(
            tokens=prompt_tokens + question.max_tokens,
            usd=self.prices.cost_usd(prompt_tokens, question.max_tokens),
        )

    def reserve(self, question: Question) -> Reservation:
        """Set aside the worst case of one attempt.

        Raises:
            BudgetError: It might pass a limit.
        """
        worst = self.worst_case(question)
        self._check("tokens", worst.tokens, self._most_tokens)
        self._check("usd", worst.usd, self._most_usd)
        self._n_granted += 1
        reservation = Reservation(number=self._n_granted, tokens=worst.tokens, usd=worst.usd)
        self._open[reservation.number] = reservation
        return reservation

    def settle(self, reservation: Reservation, answer: Answer) -> float:
        """Count what the answer took instead of the reservation; return its price in USD."""
        usd = self.prices.cost_usd(answer.prompt_tokens, answer.answer_tokens)
        self.release(reservation)
        self.spent = self.spent.plus(answer.prompt_tokens + answer.answer_tokens, usd)
        return usd

    def settle_unknown(self, reservation: Reservation) -> None:
        """Count the worst case: it may have been billed, and nobody tells."""
        self.release(reservation)
        self.spent = self.spent.plus(reservation.tokens, reservation.usd)

    def release(self, reservation: Reservation) -> None:
        """Count nothing: the attempt was refused."""
        del self._open[reservation.number]

    def _check(self, unit: str, worst: float, most: float | None) -> None:
        spent, reserved = getattr(self.spent, unit), getattr(self.reserved, unit)
        if most is not None and spent + reserved + worst > most:
            raise BudgetError(
                f"the next call may take {_amount(worst)} {unit}, but of {_amount(most)} "
                f"{_amount(spent)} are spent and {_amount(reserved)} set aside for calls in "
                f"flight; raise the budget or ask about fewer subjects at once"
            )


def _amount(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:.6f}"
