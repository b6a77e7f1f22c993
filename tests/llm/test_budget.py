import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from lorewise.errors import BudgetError, SettingsError
from lorewise.llm.budget import Budget, Prices, Reservation, Spent
from lorewise.llm.language_model import Answer, Question

PRICES = Prices(usd_per_million_prompt_tokens=2.0, usd_per_million_answer_tokens=10.0)


def question(n_bytes: int = 36, max_tokens: int = 100) -> Question:
    """Return a question whose worst case is its bytes, 64 tokens of a template, and its answer."""
    return Question(instructions="", material="x" * n_bytes, max_tokens=max_tokens)


def answer(prompt_tokens: int, answer_tokens: int) -> Answer:
    return Answer(text="", prompt_tokens=prompt_tokens, answer_tokens=answer_tokens)


def test_the_worst_case_is_a_token_per_byte_and_the_longest_answer() -> None:
    # 36 bytes and 64 of the template at 2 USD a million, 100 of the answer at 10.
    worst = Budget(prices=PRICES).worst_case(question())
    assert worst.tokens == 200
    assert worst.usd == pytest.approx(100 * 2e-6 + 100 * 10e-6)


def test_what_is_in_flight_counts_at_its_worst_and_the_message_says_so() -> None:
    budget = Budget(tokens=1_500, spent=Spent(tokens=1_000))
    budget.reserve(question())
    budget.reserve(question())
    with pytest.raises(BudgetError) as caught:
        budget.reserve(question())
    assert str(caught.value) == (
        "the next call may take 200 tokens, but of 1,500 1,000 are spent and 400 set aside for "
        "calls in flight; raise the budget or ask about fewer subjects at once"
    )


def test_a_budget_can_be_used_up_to_its_last_token() -> None:
    budget = Budget(tokens=400)
    for _ in range(2):
        budget.settle_unknown(budget.reserve(question()))
    assert budget.spent.tokens == 400
    with pytest.raises(BudgetError):
        budget.reserve(question(0, 1))


def test_money_is_limited_as_tokens_are() -> None:
    budget = Budget(usd=0.003, prices=PRICES)  # a question may cost .0012
    for _ in range(2):
        budget.reserve(question())
    with pytest.raises(BudgetError, match=r"0\.001200 usd, but of 0\.003000 0\.000000 are spent"):
        budget.reserve(question())


def test_an_answer_frees_what_it_did_not_take() -> None:
    budget = Budget(tokens=210, prices=PRICES)
    assert budget.settle(budget.reserve(question()), answer(5, 5)) == pytest.approx(60e-6)
    assert budget.spent.tokens == 10
    assert budget.spent.usd == pytest.approx(60e-6)
    assert budget.reserved == Spent()
    budget.reserve(question())


def test_a_refused_attempt_costs_nothing_and_an_unknown_one_all() -> None:
    budget = Budget(prices=PRICES)
    budget.release(budget.reserve(question()))
    assert budget.spent == Spent()
    budget.settle_unknown(budget.reserve(question()))
    assert budget.spent.tokens == 200
    assert budget.spent.usd == pytest.approx(0.0012)


def test_no_reservation_is_settled_twice() -> None:
    budget = Budget()
    reservation = budget.reserve(question())
    budget.release(reservation)
    with pytest.raises(KeyError):
        budget.settle_unknown(reservation)
    assert budget.spent == Spent()


def test_a_budget_in_money_needs_prices() -> None:
    with pytest.raises(SettingsError, match=r"a budget of 5 USD needs prices to count by"):
        Budget(usd=5)
    assert Budget(usd=5, prices=PRICES).spent == Spent()


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_prices_add_up(prompt_tokens: int, answer_tokens: int) -> None:
    together = PRICES.cost_usd(prompt_tokens, answer_tokens)
    apart = PRICES.cost_usd(prompt_tokens, 0) + PRICES.cost_usd(0, answer_tokens)
    assert together == pytest.approx(apart)


class AnyInterleaving(RuleBasedStateMachine):
    """Attempts begin and end in any order; the provider's own count decides."""

    TOKENS = 5_000
    USD = 0.02
    attempts = Bundle("attempts")

    def __init__(self) -> None:
        super().__init__()
        self.budget = Budget(self.TOKENS, self.USD, PRICES)
        self.billed = Spent()

    @rule(target=attempts, n_bytes=st.integers(0, 900), max_tokens=st.integers(1, 900))
    def begin(self, n_bytes: int, max_tokens: int) -> tuple[Reservation, int, int] | None:
        try:
            reservation = self.budget.reserve(question(n_bytes, max_tokens))
        except BudgetError:
            return None
        return reservation, n_bytes + 64, max_tokens

    @rule(
        attempt=consumes(attempts),
        shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
        end=st.sampled_from(["answered", "refused", "lost"]),
    )
    def end(
        self,
        attempt: tuple[Reservation, int, int] | None,
        shares: tuple[float, float],
        end: str,
    ) -> None:
        if attempt is None:
            return
        reservation, prompt_tokens, answer_tokens = attempt
        bill = answer(int(prompt_tokens * shares[0]), int(answer_tokens * shares[1]))
        if end == "refused":
            self.budget.release(reservation)
            return
        if end == "answered":
            self.budget.settle(reservation, bill)
        else:
            self.budget.settle_unknown(reservation)
        usd = PRICES.cost_usd(bill.prompt_tokens, bill.answer_tokens)
        self.billed = self.billed.plus(bill.prompt_tokens + bill.answer_tokens, usd)

    @invariant()
    def nothing_is_overrun_even_if_all_that_is_open_costs_its_worst(self) -> None:
        pending = self.budget.reserved
        assert self.billed.tokens + pending.tokens <= self.TOKENS
        assert self.billed.usd + pending.usd <= self.USD + 1e-12


TestAnyInterleaving = AnyInterleaving.TestCase
