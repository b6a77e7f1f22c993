"""What a failed request means: whether another may succeed, and what to do if not."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite

import httpx2
from pydantic import BaseModel, ValidationError

from lorewise.errors import AttemptError
from lorewise.llm.endpoint import KEY_VARIABLE, Endpoint

_MOST_READ = 2_000
_PASSING = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
_NEVER_CONNECTED = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)


def refused(
    endpoint: Endpoint, status: int, headers: Mapping[str, str], body: bytes
) -> AttemptError:
    """Return the error for an answer with a status other than 200."""
    words = endpoint.shown(_message_in(body)) or "without a word"
    is_passing = status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return AttemptError(
        f"{endpoint.base_url} answered {status} ({words}); "
        f"{'try again later' if is_passing else _remedy(endpoint, status)}",
        may_retry=is_passing,
        retry_after_s=retry_after_s(headers),
    )


def lost(endpoint: Endpoint, error: httpx2.RequestError | TimeoutError) -> AttemptError:
    """Return the error for a request whose answer did not arrive, whole and in time."""
    is_late = isinstance(error, TimeoutError | httpx2.TimeoutException)
    what = "did not answer in time" if is_late else f"broke off ({endpoint.shown(str(error))})"
    return AttemptError(
        f"{endpoint.base_url} {what}; check that it runs and allow it more time",
        may_retry=True,
        may_have_cost=not isinstance(error, _NEVER_CONNECTED),
    )


def too_long(endpoint: Endpoint, most_bytes: int) -> AttemptError:
    """Return the error for a body that does not end where any sensible one would."""
    return AttemptError(
        f"{endpoint.base_url} sent more than {most_bytes:,} bytes; ask about fewer subjects at "
        "once, or allow longer answers",
        may_retry=True,
        may_have_cost=True,
    )


def unreadable(endpoint: Endpoint, body: bytes, reason: str) -> AttemptError:
    """Return the error for a body that is not what the protocol says."""
    words = endpoint.shown(body[:_MOST_READ].decode(errors="replace"))
    return AttemptError(
        f"{endpoint.base_url} sent {words!r}, which cannot be read ({reason}); "
        "check that the address ends where the endpoint's manual says, usually in /v1",
        may_retry=True,
        may_have_cost=True,
    )


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Return how long to wait; None where the headers do not say it.

    A date is compared with the answer's own, so that our clock may be wrong.

    >>> retry_after_s({"retry-after": "20"})
    20.0
    """
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        return _seconds_until(value, headers.get("date", ""))
    return max(seconds, 0.0) if isfinite(seconds) else None


def _seconds_until(then: str, now: str) -> float | None:
    try:
        wait = parsedate_to_datetime(then) - parsedate_to_datetime(now)
    except (ValueError, TypeError):  # no dates, or one of them without a time zone
        return None
    return max(wait.total_seconds(), 0.0)


def _remedy(endpoint: Endpoint, status: int) -> str:
    match status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return f"put a key that may use {endpoint.model!r} into {KEY_VARIABLE}"
        case HTTPStatus.NOT_FOUND:
            return f"check the model's name, {endpoint.model!r}, and the address"
        case HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY:
            return "change what it objects to; fewer subjects at once make a shorter request"
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return "ask about fewer subjects at once"
        case _:
            return "check the address and the account with the provider"


class _Reason(BaseModel):
    message: str


class _Refusal(BaseModel):
    error: _Reason


def _message_in(body: bytes) -> str:
    """Return the message of an error as most endpoints write it, else the body as it is."""
    try:
        return _Refusal.model_validate_json(body).error.message
    except ValidationError:
        return body[:_MOST_READ].decode(errors="replace")
