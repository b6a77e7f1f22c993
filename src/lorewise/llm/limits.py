"""How many requests and tokens may leave in a minute."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from math import inf

from lorewise.llm.ranges import check_positive

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

_LONGEST_NAP_S = 1.0
_MINUTE_S = 60.0


class RateLimiter:
    """Lets requests go one after the other, in the order in which they came.

    Each leaves as soon as those before it are paid off at the rates given: a bucket that may be
    overdrawn by its last request, so that one larger than a minute's tokens can leave at all.
    """

    def __init__(
        self,
        requests_per_minute: float | None = None,
        tokens_per_minute: float | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """None is no limit; ``clock`` gives seconds from any start.

        Raises:
            SettingsError: A limit is not greater than 0.
        """
        self.requests_per_minute = inf if requests_per_minute is None else requests_per_minute
        self.tokens_per_minute = inf if tokens_per_minute is None else tokens_per_minute
        check_positive(self, "requests_per_minute", "tokens_per_minute")
        self._requests = _Debt(self.requests_per_minute)
        self._tokens = _Debt(self.tokens_per_minute)
        self._held_until = -inf
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()

    async def acquire(self, n_tokens: int) -> None:
        """Return when a request that may take that many tokens may leave; it is counted then."""
        async with self._turn:
            while (wait_s := self._wait_s()) > 0:
                # Tokens may be given back meanwhile.
                await self._sleep(min(wait_s, _LONGEST_NAP_S))
            self._requests.add(1, self._clock())
            self._tokens.add(n_tokens, self._clock())

    def give_back(self, n_tokens: int) -> None:
        """Forget tokens that were counted but not used."""
        self._tokens.add(-n_tokens, self._clock())

    def pause(self, seconds: float) -> None:
        """Let nothing leave for so long, because the endpoint asked for it."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def _wait_s(self) -> float:
        now = self._clock()
        return max(self._held_until - now, self._requests.wait_s(now), self._tokens.wait_s(now))


class _Debt:
    """What has left and is not yet paid off, at so many a minute."""

    def __init__(self, per_minute: float) -> None:
        self._rate = per_minute / _MINUTE_S
        self._paid_at = -inf

    def add(self, amount: float, now: float) -> None:
        self._paid_at = max(self._paid_at, now) + amount / self._rate

    def wait_s(self, now: float) -> float:
        return self._paid_at - now
