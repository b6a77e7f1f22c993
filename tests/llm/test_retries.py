import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.errors import AttemptError
from lorewise.llm.retries import Patience, RetrySettings


def failure(*, may_retry: bool = True, retry_after_s: float | None = None) -> AttemptError:
    return AttemptError("no", may_retry=may_retry, retry_after_s=retry_after_s)


def waits(settings: RetrySettings, seed: int = 0, error: AttemptError | None = None) -> list[float]:
    """Return all waits until patience ends."""
    patience = Patience(settings, np.random.default_rng(seed))
    found: list[float] = []
    while (wait_s := patience.wait_s(error or failure())) is not None:
        found.append(wait_s)
    return found


def test_patience_ends_after_the_last_attempt() -> None:
    assert len(waits(RetrySettings(max_attempts=6))) == 5
    assert waits(RetrySettings(max_attempts=1)) == []


def test_a_final_failure_ends_it_at_once() -> None:
    assert waits(RetrySettings(), error=failure(may_retry=False)) == []


@given(seed=st.integers(0, 2**32 - 1))
def test_each_wait_lies_between_zero_and_its_doubled_bound(seed: int) -> None:
    settings = RetrySettings(max_attempts=9, first_wait_s=2, longest_wait_s=16, max_wait_s=1e9)
    bounds = [2, 4, 8, 16, 16, 16, 16, 16]
    found = waits(settings, seed)
    assert len(found) == len(bounds)
    assert all(0 <= wait_s <= bound for wait_s, bound in zip(found, bounds, strict=True))


def test_waits_are_spread_over_the_whole_range() -> None:
    first = [waits(RetrySettings(max_attempts=2, first_wait_s=1), seed)[0] for seed in range(200)]
    assert np.mean(first) == pytest.approx(0.5, abs=0.1)
    assert np.std(first) == pytest.approx(1 / np.sqrt(12), abs=0.05)


def test_the_endpoints_wish_is_a_lower_bound() -> None:
    found = waits(RetrySettings(max_attempts=4), error=failure(retry_after_s=20))
    assert found == [20, 20, 20]
    assert waits(RetrySettings(), error=failure(retry_after_s=0)) == waits(RetrySettings())


@given(seed=st.integers(0, 2**32 - 1), most=st.floats(0, 100))
def test_all_waits_together_stay_within_their_bound(seed: int, most: float) -> None:
    assert sum(waits(RetrySettings(max_attempts=20, max_wait_s=most), seed)) <= most


def test_an_endpoint_that_wants_to_be_left_alone_for_an_hour_is_given_up() -> None:
    assert waits(RetrySettings(max_wait_s=300), error=failure(retry_after_s=3_600)) == []
