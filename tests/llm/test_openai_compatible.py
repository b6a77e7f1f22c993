import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from lorewise.errors import AttemptError
from lorewise.llm.dialect import Dialect, most_prompt_tokens
from lorewise.llm.language_model import Answer, Question
from lorewise.llm.openai_compatible import EndpointSettings, OpenAICompatibleModel
from lorewise.testing.canned_replies import Fault, Reply
from lorewise.testing.faulty_endpoint import FaultyEndpoint

MATERIAL = json.dumps({"subjects": [{"ref": 1, "title": "红楼梦"}]}, ensure_ascii=False)
SCHEMA = {
    "properties": {
        "answers": {"items": {"properties": {"mood": {"type": "string", "maxLength": 9}}}}
    }
}
QUESTION = Question(instructions="Be brief.", material=MATERIAL, answer_schema=SCHEMA)
KEY = "sk-very-secret"


def ask(
    base_url: str, *questions: Question, settings: EndpointSettings | None = None
) -> tuple[list[Answer], OpenAICompatibleModel]:
    async def main() -> tuple[list[Answer], OpenAICompatibleModel]:
        model = OpenAICompatibleModel.open(
            base_url=base_url, model="small", api_key=KEY, settings=settings
        )
        try:
            return [await model.ask(question) for question in questions], model
        finally:
            await model.close()
            await model.close()

    return asyncio.run(main())


def failure(endpoint: FaultyEndpoint, settings: EndpointSettings | None = None) -> AttemptError:
    with pytest.raises(AttemptError) as caught:
        ask(endpoint.base_url, QUESTION, settings=settings)
    return caught.value


def test_an_answer_comes_with_the_tokens_that_the_endpoint_counted() -> None:
    with FaultyEndpoint() as endpoint:
        answers, model = ask(endpoint.base_url, QUESTION)
    assert json.loads(answers[0].text)["answers"] == [
        {"mood": "mood of 红", "ref": 1, "title": "红楼梦"}
    ]
    assert answers[0].prompt_tokens == endpoint.prompt_tokens
    assert answers[0].answer_tokens == endpoint.answer_tokens
    assert answers[0].is_metered
    assert answers[0].is_complete
    assert model.name == "small"


def test_the_key_goes_with_the_request_and_is_shown_nowhere() -> None:
    with FaultyEndpoint([Fault.UNKNOWN_KEY]) as endpoint:
        message = str(failure(endpoint))
        _, model = ask(endpoint.base_url, QUESTION)
    assert endpoint.authorizations == [f"Bearer {KEY}"] * 2
    assert KEY not in message + repr(model)


def test_without_usage_the_tokens_are_bounded_from_above() -> None:
    with FaultyEndpoint([Fault.UNMETERED]) as endpoint:
        (answer,), _ = ask(endpoint.base_url, QUESTION)
    assert not answer.is_metered
    assert answer.prompt_tokens == most_prompt_tokens(QUESTION) > endpoint.prompt_tokens
    assert answer.answer_tokens == QUESTION.max_tokens > endpoint.answer_tokens


def test_an_answer_cut_at_its_limit_says_so() -> None:
    short = Question(instructions="", material=MATERIAL, max_tokens=3)
    with FaultyEndpoint() as endpoint:
        (answer,), _ = ask(endpoint.base_url, short)
    assert not answer.is_complete
    assert len(answer.text) == 12


@pytest.mark.parametrize(
    ("fault", "may_retry", "may_have_cost", "words"),
    [
        (Fault.BUSY, True, False, "answered 429 (rate limit reached); try again later"),
        (Fault.BUSY_FOR_A_SECOND, True, False, "answered 429"),
        (Fault.BROKEN, True, False, "answered 500 (the server had an error)"),
        (Fault.UNKNOWN_KEY, False, False, "put a key that may use 'small' into LOREWISE_LLM"),
        (Fault.UNKNOWN_MODEL, False, False, "check the model's name, 'small', and the address"),
        (Fault.CUT, True, True, "broke off"),
        (Fault.HALF_BODY, True, True, "cannot be read (Invalid JSON"),
        (Fault.HUGE, True, True, "sent more than 1,048,576 bytes"),
    ],
)
def test_each_fault_says_whether_to_try_again_and_what_to_do(
    *, fault: Fault, may_retry: bool, may_have_cost: bool, words: str
) -> None:
    with FaultyEndpoint([fault]) as endpoint:
        error = failure(endpoint)
    assert (error.may_retry, error.may_have_cost) == (may_retry, may_have_cost)
    assert words in str(error)
    assert error.retry_after_s == (1.0 if fault is Fault.BUSY_FOR_A_SECOND else None)


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.DRIP])
def test_an_endpoint_that_hangs_or_drips_is_left_after_the_time_allowed(fault: Fault) -> None:
    with FaultyEndpoint([fault]) as endpoint:
        error = failure(endpoint, EndpointSettings(timeout_s=0.3))
    assert error.may_retry
    assert error.may_have_cost
    assert "did not answer in time" in str(error)


def test_an_endpoint_that_is_not_there_costs_nothing() -> None:
    with FaultyEndpoint() as endpoint:
        gone = endpoint.base_url
    with pytest.raises(AttemptError, match="check that it runs") as caught:
        ask(gone, QUESTION)
    assert caught.value.may_retry
    assert not caught.value.may_have_cost


@pytest.mark.parametrize("fault", [Fault.HALF_JSON, Fault.WRONG_SCHEMA, Fault.EMPTY])
def test_what_the_model_said_is_no_matter_of_the_connection(fault: Fault) -> None:
    with FaultyEndpoint([fault]) as endpoint:
        (answer,), _ = ask(endpoint.base_url, QUESTION)
    assert answer.answer_tokens == endpoint.answer_tokens


@pytest.mark.parametrize(
    ("understands", "n_objections", "sent"),
    [
        ("json_schema", 0, "json_schema"),
        ("json_object", 1, "json_object"),
        ("none", 2, None),
    ],
)
def test_a_format_that_is_refused_is_not_asked_for_again(
    understands: Any, n_objections: int, sent: str | None
) -> None:
    with FaultyEndpoint(understands=understands) as endpoint:
        answers, _ = ask(endpoint.base_url, QUESTION, QUESTION)
    assert endpoint.n_requests == n_objections + 2
    last = endpoint.requests[-1]
    assert last.get("response_format", {}).get("type") == sent
    assert endpoint.answered["红楼梦"] == len(answers) == 2


def answers_to(*replies: tuple[int, object]) -> tuple[Sequence[Answer], OpenAICompatibleModel]:
    script = [Reply(status=status, body=json.dumps(body).encode()) for status, body in replies]
    with FaultyEndpoint(script) as endpoint:
        return ask(endpoint.base_url, QUESTION)


def completion(usage: object, content: str | None = "yes") -> dict[str, Any]:
    return {"choices": [{"message": {"content": content}}], "usage": usage}


def test_thoughts_that_only_the_total_counts_are_part_of_the_answer() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 130}
    (answer,), _ = answers_to((200, completion(usage)))
    assert (answer.prompt_tokens, answer.answer_tokens) == (10, 120)


@pytest.mark.parametrize(
    "usage", [None, {}, {"prompt_tokens": -1, "completion_tokens": 2}, {"prompt_tokens": 5}, "3"]
)
def test_usage_that_makes_no_sense_is_none(usage: object) -> None:
    (answer,), _ = answers_to((200, completion(usage)))
    assert not answer.is_metered


def test_an_answer_without_words_is_empty() -> None:
    (answer,), _ = answers_to((200, completion(None, content=None)))
    assert answer.text == ""


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"error": {"message": "no"}}, [], "text"])
def test_a_body_without_an_answer_is_unreadable(body: object) -> None:
    with pytest.raises(AttemptError, match="cannot be read") as caught:
        answers_to((200, body))
    assert caught.value.may_retry


def test_a_reasoning_model_is_asked_in_its_own_words() -> None:
    objections = [
        "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
        "Unsupported value: 'temperature' does not support 0 with this model.",
    ]
    refusals = [(400, {"error": {"message": message}}) for message in objections]
    (answer,), model = answers_to(*refusals, (200, completion(None)))
    assert answer.text == "yes"
    assert model.dialect == Dialect(limit_name="max_completion_tokens", takes_temperature=False)


def test_an_objection_that_is_no_matter_of_form_is_final() -> None:
    with pytest.raises(AttemptError, match=r"answered 400 \(context is full\)") as caught:
        answers_to((400, {"error": {"message": "context is full"}}))
    assert not caught.value.may_retry
