import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.llm.limits import RateLimiter

TINY = 1e-6


@dataclass
class FakeTime:
    """A clock that stands still but while somebody sleeps on it."""

    now: float = 1_000.0
    naps: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        await asyncio.sleep(0)
        self.now += seconds


def departures(
    sizes: list[int], requests: float | None, tokens: float | None
) -> list[tuple[int, float]]:
    """Return which request left when, all having arrived at once, in order of departure."""
    time = FakeTime()
    left: list[tuple[int, float]] = []

    async def leave(number: int, limiter: RateLimiter) -> None:
        await limiter.acquire(sizes[number])
        left.append((number, time.now - 1_000))

    async def main() -> None:
        limiter = RateLimiter(requests, tokens, time.clock, time.sleep)
        await asyncio.gather(*(leave(number, limiter) for number in range(len(sizes))))

    asyncio.run(main())
    return left


SIZES = st.lists(st.integers(0, 500), min_size=1, max_size=20)
REQUESTS = st.floats(10, 600)
TOKENS = st.floats(100, 10_000)


@given(sizes=SIZES, requests=REQUESTS)
def test_no_minute_sees_more_requests_than_allowed(sizes: list[int], requests: float) -> None:
    times = [time for _, time in departures(sizes, requests, None)]
    for start in times:
        within = sum(start <= time < start + 60 - TINY for time in times)
        assert within <= requests + 1 - TINY


@given(sizes=SIZES, tokens=TOKENS)
def test_no_minute_sees_more_tokens_than_allowed_but_for_its_last_request(
    sizes: list[int], tokens: float
) -> None:
    left = departures(sizes, None, tokens)
    for _, start in left:
        within = [sizes[number] for number, time in left if start <= time < start + 60 - TINY]
        while within and not within[-1]:
            within.pop()  # a request of no tokens may leave while others are paid off
        assert sum(within[:-1]) <= tokens + TINY


@given(sizes=SIZES, requests=st.none() | REQUESTS, tokens=st.none() | TOKENS)
def test_requests_leave_in_the_order_in_which_they_came(
    sizes: list[int], requests: float | None, tokens: float | None
) -> None:
    assert [number for number, _ in departures(sizes, requests, tokens)] == list(range(len(sizes)))


@given(sizes=SIZES, requests=REQUESTS, tokens=TOKENS)
def test_nobody_waits_longer_than_the_rates_demand(
    sizes: list[int], requests: float, tokens: float
) -> None:
    most_s = sum(60 / requests + 60 * size / tokens for size in sizes)
    assert departures(sizes, requests, tokens)[-1][1] <= most_s + TINY


def test_without_limits_all_leave_at_once() -> None:
    assert {time for _, time in departures([10**6] * 5, None, None)} == {0.0}


def test_the_stricter_of_two_limits_holds() -> None:
    # 60 requests a minute are one a second; 600 tokens a minute are ten a second.
    times = [time for _, time in departures([5, 40, 5, 5], 60, 600)]
    assert times == pytest.approx([0, 1, 5, 6])


def run_with(limiter: RateLimiter, *steps: object) -> None:
    async def main() -> None:
        for step in steps:
            if isinstance(step, int):
                await limiter.acquire(step)
            elif callable(step):
                step()

    asyncio.run(main())


def test_tokens_given_back_let_the_next_leave_sooner() -> None:
    time = FakeTime()
    limiter = RateLimiter(None, 600, time.clock, time.sleep)
    run_with(limiter, 600, lambda: limiter.give_back(570), 10)
    assert time.now == pytest.approx(1_003)


def test_more_given_back_than_owed_is_no_credit() -> None:
    time = FakeTime()
    limiter = RateLimiter(None, 600, time.clock, time.sleep)
    run_with(limiter, lambda: limiter.give_back(6_000), 600, 10)
    assert time.now == pytest.approx(1_060)


def test_a_sleeper_notices_within_a_second_that_tokens_were_given_back() -> None:
    time = FakeTime()
    limiter = RateLimiter(None, 600, time.clock, time.sleep)

    async def main() -> None:
        await limiter.acquire(600)
        waiting = asyncio.create_task(limiter.acquire(1))
        while time.now < 1_002:
            await asyncio.sleep(0)
        limiter.give_back(600)
        await waiting

    asyncio.run(main())
    assert time.now <= 1_003


def test_a_pause_holds_everybody_and_a_shorter_one_does_not_end_it() -> None:
    time = FakeTime()
    limiter = RateLimiter(None, None, time.clock, time.sleep)
    run_with(limiter, lambda: limiter.pause(20), lambda: limiter.pause(5), 1, 1)
    assert time.now == pytest.approx(1_020)


def test_one_who_gives_up_waiting_leaves_the_turn_to_the_next_and_is_not_counted() -> None:
    time = FakeTime()
    limiter = RateLimiter(60, None, time.clock, time.sleep)

    async def main() -> None:
        await limiter.acquire(1)
        impatient = asyncio.create_task(limiter.acquire(1))
        await asyncio.sleep(0)
        impatient.cancel()
        await limiter.acquire(1)

    asyncio.run(main())
    assert time.now == pytest.approx(1_001)
