"""What the faulty endpoint sends: right answers made from the question, and wrong ones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from typing import Any

BYTES_PER_TOKEN = 4
HUGE_BYTES = 10 * 2**20
DIM = 8
"""Numbers in a vector of the endpoint."""

_PLAIN_FACETS: Mapping[str, Mapping[str, Any]] = {
    "mood": {"type": "string"},
    "themes": {"type": "array"},
    "confidence": {"enum": ["high"]},
}
"""What an answer holds where the request has no schema."""


class Fault(StrEnum):
    """What may go wrong with one request."""

    BUSY = "429"
    BUSY_FOR_A_SECOND = "429 with Retry-After: 1"
    BROKEN = "500"
    HANG = "no answer until the client gives up"
    DRIP = "a space now and then instead of an answer"
    CUT = "the connection is cut in the middle of the body"
    HALF_BODY = "the body is half a JSON document"
    HALF_JSON = "the model's text is half a JSON document"
    WRONG_SCHEMA = "the model's text is JSON of another form"
    WRONG_ITEM = "each answer is about another item"
    EMPTY = "the model's text is empty"
    HUGE = "ten megabytes of text"
    UNMETERED = "a right answer without usage"
    UNKNOWN_KEY = "401"
    UNKNOWN_MODEL = "404"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One HTTP answer and what it cost."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False
    """Whether nothing is sent, until the client has left."""
    drips: bool = False
    """Whether spaces are sent, one now and then, instead of the body."""
    is_cut: bool = False
    """Whether the connection ends in the middle of the body."""
    prompt_tokens: int = 0
    answer_tokens: int = 0
    answered: tuple[str, ...] = ()
    """Titles of the subjects that are rightly answered."""


def refusal(status: int, message: str, **headers: str) -> Reply:
    """Return an error as such endpoints write it; it costs nothing."""
    body = json.dumps({"error": {"message": message, "code": status}}).encode()
    return Reply(body=body, status=status, headers=headers)


_REFUSALS = {
    Fault.BUSY: refusal(429, "rate limit reached"),
    Fault.BUSY_FOR_A_SECOND: refusal(429, "rate limit reached", **{"Retry-After": "1"}),
    Fault.BROKEN: refusal(500, "the server had an error"),
    Fault.UNKNOWN_KEY: refusal(401, "incorrect API key provided"),
    Fault.UNKNOWN_MODEL: refusal(404, "the model does not exist"),
}


def reply_to(path: str, request: Mapping[str, Any], fault: Fault | None) -> Reply:
    """Return the reply to this request under this fault, None for a right one."""
    if fault in _REFUSALS:
        return _REFUSALS[fault]
    reply = _embeddings(request) if path.endswith("/embeddings") else _completion(request, fault)
    match fault:
        case Fault.HANG:
            return replace(reply, hangs=True)
        case Fault.DRIP:
            return replace(reply, drips=True)
        case Fault.CUT:
            return replace(reply, is_cut=True)
        case Fault.HALF_BODY:
            return replace(reply, body=reply.body[: len(reply.body) // 2])
        case _:
            return reply


def subjects_in(request: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the subjects of the first JSON object in the request's material; none if absent."""
    material = next((m["content"] for m in request.get("messages", ()) if m["role"] == "user"), "")
    try:
        found, _ = json.JSONDecoder().raw_decode(material[material.find("{") :])
    except json.JSONDecodeError:
        return []
    return list(found.get("subjects", ()))


def titles_in(request: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the titles of the subjects that the request asks about."""
    return tuple(subject["title"] for subject in subjects_in(request))


def vector_of(text: str) -> list[float]:
    """Return what the endpoint answers for this text: ``DIM`` numbers that depend on it alone."""
    return [byte / 255 - 0.5 for byte in blake2b(text.encode(), digest_size=DIM).digest()]


def _completion(request: Mapping[str, Any], fault: Fault | None) -> Reply:
    text = _wrong(_right_text(request), fault)
    most = int(request.get("max_tokens", 1_024))
    if fault is not Fault.HUGE:
        text = text.encode()[: most * BYTES_PER_TOKEN].decode(errors="ignore")
    prompt = "".join(message["content"] for message in request.get("messages", ()))
    usage = {
        "prompt_tokens": _n_tokens(prompt),
        "completion_tokens": min(most, _n_tokens(text)),
    }
    is_whole = usage["completion_tokens"] < most
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": "stop" if is_whole else "length",
    }
    body = {"object": "chat.completion", "model": request.get("model"), "choices": [choice]}
    is_right = is_whole and fault in {None, Fault.UNMETERED}
    return Reply(
        body=json.dumps(body if fault is Fault.UNMETERED else body | {"usage": usage}).encode(),
        prompt_tokens=usage["prompt_tokens"],
        answer_tokens=usage["completion_tokens"],
        answered=titles_in(request) if is_right else (),
    )


def _embeddings(request: Mapping[str, Any]) -> Reply:
    texts: Sequence[str] = request["input"]
    data = [{"index": index, "embedding": vector_of(text)} for index, text in enumerate(texts)]
    usage = {"prompt_tokens": sum(map(_n_tokens, texts))}
    # Last first: only the index says which text a vector belongs to.
    body = json.dumps({"object": "list", "data": data[::-1], "usage": usage})
    return Reply(body=body.encode(), prompt_tokens=usage["prompt_tokens"])


def _right_text(request: Mapping[str, Any]) -> str:
    schema = request.get("response_format", {}).get("json_schema", {}).get("schema", {})
    facets = schema.get("properties", {}).get("answers", {}).get("items", {}).get("properties")
    answers = [
        {name: _value(name, form, subject) for name, form in (facets or _PLAIN_FACETS).items()}
        | {"ref": subject["ref"], "title": subject["title"]}
        for subject in subjects_in(request)
    ]
    return json.dumps({"answers": answers}, ensure_ascii=False)


def _value(name: str, form: Mapping[str, Any], subject: Mapping[str, Any]) -> Any:  # noqa: ANN401  as the schema says
    words = f"{name} of {subject['title']}"
    if "enum" in form:
        return form["enum"][0]
    if form.get("type") == "array":
        return [words[: form.get("items", {}).get("maxLength", len(words))]]
    return words[: form.get("maxLength", len(words))]


def _wrong(text: str, fault: Fault | None) -> str:
    match fault:
        case Fault.HALF_JSON:
            return text[: len(text) // 2]
        case Fault.WRONG_SCHEMA:
            return '{"result": [1, 2, 3]}'
        case Fault.WRONG_ITEM:
            answers = json.loads(text)["answers"]
            strangers = [
                answer | {"title": f"Something Else {answer['ref']}"} for answer in answers
            ]
            return json.dumps({"answers": strangers})
        case Fault.EMPTY:
            return ""
        case Fault.HUGE:
            return "x" * HUGE_BYTES
        case _:
            return text


def _n_tokens(text: str) -> int:
    return len(text.encode()) // BYTES_PER_TOKEN + 1
