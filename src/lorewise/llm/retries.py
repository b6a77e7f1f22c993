"""When to ask again, and after how long."""

from dataclasses import dataclass

import numpy as np

from lorewise.errors import AttemptError
from lorewise.llm.ranges import check_least


@dataclass(frozen=True, kw_only=True)
class RetrySettings:
    """Waits that double, each drawn from zero up so that clients do not come back together."""

    max_attempts: int = 6
    """Of one question; at least 1."""

    first_wait_s: float = 1.0
    """The most that is waited after the first failure; it doubles with each; at least 0."""

    longest_wait_s: float = 60.0
    """Where the doubling ends; at least 0."""

    max_wait_s: float = 300.0
    """For all waits of one question together; at least 0."""

    def __post_init__(self) -> None:
        check_least(self, 1, "max_attempts")
        check_least(self, 0, "first_wait_s", "longest_wait_s", "max_wait_s")


@dataclass
class Patience:
    """What is left of it for one question."""

    settings: RetrySettings
    rng: np.random.Generator
    n_attempts: int = 0
    waited_s: float = 0.0

    def wait_s(self, error: AttemptError) -> float | None:
        """Return how long to wait after this failure; None to give up.

        An endpoint that says when to come back is taken at its word, or given up.

        Source: exponential backoff with full jitter, Brooker, AWS Architecture Blog 2015.
        """
        self.n_attempts += 1
        if not error.may_retry or self.n_attempts >= self.settings.max_attempts:
            return None
        doubled_s = self.settings.first_wait_s * 2.0 ** (self.n_attempts - 1)
        jittered_s = self.rng.uniform(0.0, min(doubled_s, self.settings.longest_wait_s))
        wait_s = max(jittered_s, error.retry_after_s or 0.0)
        if self.waited_s + wait_s > self.settings.max_wait_s:
            return None
        self.waited_s += wait_s
        return wait_s
