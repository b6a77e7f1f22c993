from collections.abc import Callable
from math import inf, nan

import pytest

from lorewise.errors import SettingsError
from lorewise.llm.budget import Prices
from lorewise.llm.embeddings import EmbeddingSettings
from lorewise.llm.gguf_process import LocalGgufSettings
from lorewise.llm.limits import RateLimiter
from lorewise.llm.openai_compatible import EndpointSettings
from lorewise.llm.retries import RetrySettings


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (EndpointSettings, "timeout_s", 0.0),
        (EndpointSettings, "connect_timeout_s", nan),
        (EndpointSettings, "max_answer_bytes", 0),
        (EmbeddingSettings, "batch_size", 0),
        (EmbeddingSettings, "timeout_s", -1.0),
        (EmbeddingSettings, "max_answer_bytes", 0),
        (RetrySettings, "max_attempts", 0),
        (RetrySettings, "first_wait_s", -0.1),
        (RetrySettings, "longest_wait_s", nan),
        (RetrySettings, "max_wait_s", -1.0),
        (LocalGgufSettings, "n_threads", 0),
        (LocalGgufSettings, "n_context", 0),
        (LocalGgufSettings, "n_parallel", 0),
        (LocalGgufSettings, "start_timeout_s", 0.0),
        (LocalGgufSettings, "timeout_s", 0.0),
        (Prices, "usd_per_million_prompt_tokens", -1.0),
        (Prices, "usd_per_million_answer_tokens", nan),
        (RateLimiter, "requests_per_minute", 0),
        (RateLimiter, "tokens_per_minute", nan),
    ],
)
def test_what_lies_outside_its_range_is_named(
    make: Callable[..., object], name: str, value: float
) -> None:
    with pytest.raises(SettingsError, match=rf"{name} is {value!r}; give a number"):
        make(**{name: value})


def test_the_borders_belong_to_the_ranges() -> None:
    RetrySettings(max_attempts=1, first_wait_s=0, longest_wait_s=0, max_wait_s=inf)
    Prices(usd_per_million_prompt_tokens=0, usd_per_million_answer_tokens=0)
    LocalGgufSettings(n_threads=1, n_context=1, n_parallel=1)
