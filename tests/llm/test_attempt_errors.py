import httpx2
import pytest

from lorewise.llm.attempt_errors import lost, refused, retry_after_s, too_long, unreadable
from lorewise.llm.endpoint import Endpoint

ENDPOINT = Endpoint.checked("http://host/v1", "small", "sk-123")
SUNDAY = "Sun, 06 Nov 1994 08:49:37 GMT"
HALF_A_MINUTE_LATER = "Sun, 06 Nov 1994 08:50:07 GMT"


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_is_tried_again_and_costs_nothing(status: int) -> None:
    error = refused(ENDPOINT, status, {}, b"busy")
    assert error.may_retry
    assert not error.may_have_cost
    assert str(error) == f"http://host/v1 answered {status} (busy); try again later"


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (301, "check the address and the account with the provider"),
        (400, "change what it objects to; fewer subjects at once make a shorter request"),
        (401, "put a key that may use 'small' into LOREWISE_LLM_API_KEY"),
        (402, "check the address and the account with the provider"),
        (403, "put a key that may use 'small' into LOREWISE_LLM_API_KEY"),
        (404, "check the model's name, 'small', and the address"),
        (413, "ask about fewer subjects at once"),
        (422, "change what it objects to; fewer subjects at once make a shorter request"),
    ],
)
def test_what_will_not_pass_is_final_and_names_the_remedy(status: int, remedy: str) -> None:
    error = refused(ENDPOINT, status, {}, b"")
    assert not error.may_retry
    assert str(error) == f"http://host/v1 answered {status} (without a word); {remedy}"


def test_the_endpoints_own_words_are_quoted_without_the_key() -> None:
    body = b'{"error": {"message": "Incorrect API key: sk-123", "code": 401}}'
    assert "answered 401 (Incorrect API key: ***)" in str(refused(ENDPOINT, 401, {}, body))
    error = unreadable(ENDPOINT, b'{"key": "sk-123"}', "no choices")
    assert "sk-123" not in str(error)
    assert "no choices" in str(error)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "2.5"}, 2.5),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": HALF_A_MINUTE_LATER, "Date": SUNDAY}, 30.0),
        ({"Retry-After": SUNDAY, "Date": HALF_A_MINUTE_LATER}, 0.0),
        ({"Retry-After": SUNDAY}, None),
        ({"Retry-After": SUNDAY.removesuffix(" GMT"), "Date": SUNDAY}, None),
    ],
)
def test_the_wait_an_endpoint_asks_for_is_read(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after_s(httpx2.Headers(headers)) == seconds
    assert refused(ENDPOINT, 429, httpx2.Headers(headers), b"").retry_after_s == seconds


@pytest.mark.parametrize(
    ("error", "may_have_cost"),
    [
        (httpx2.ConnectError("refused"), False),
        (httpx2.ConnectTimeout("late"), False),
        (httpx2.ReadTimeout("late"), True),
        (httpx2.ReadError("reset"), True),
        (httpx2.RemoteProtocolError("cut"), True),
        (TimeoutError(), True),
    ],
)
def test_a_lost_answer_may_have_cost_unless_nobody_was_reached(
    error: httpx2.RequestError | TimeoutError, *, may_have_cost: bool
) -> None:
    attempt = lost(ENDPOINT, error)
    assert attempt.may_retry
    assert attempt.may_have_cost is may_have_cost


def test_lateness_is_told_from_a_broken_connection() -> None:
    assert "did not answer in time" in str(lost(ENDPOINT, TimeoutError()))
    assert "broke off (reset)" in str(lost(ENDPOINT, httpx2.ReadError("reset")))


def test_bodies_that_cannot_be_used_are_tried_again_and_may_have_cost() -> None:
    for error in (too_long(ENDPOINT, 1_024), unreadable(ENDPOINT, b"<html>", "no JSON")):
        assert error.may_retry
        assert error.may_have_cost
    assert "more than 1,024 bytes" in str(too_long(ENDPOINT, 1_024))
