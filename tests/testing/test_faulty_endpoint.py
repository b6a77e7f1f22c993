import asyncio
import json
from collections.abc import Iterator, Mapping
from itertools import cycle
from typing import Any

import httpx2
import pytest

from lorewise.testing.canned_replies import HUGE_BYTES, Fault, Reply, vector_of
from lorewise.testing.faulty_endpoint import FaultyEndpoint

SCHEMA = {
    "properties": {
        "answers": {
            "items": {
                "properties": {
                    "ref": {"type": "integer"},
                    "title": {"type": "string"},
                    "setting": {"type": "string", "maxLength": 7},
                    "people": {"type": "array", "items": {"maxLength": 6}},
                    "confidence": {"enum": ["low", "high"]},
                }
            }
        }
    }
}


def chat(*titles: str, **more: object) -> dict[str, Any]:
    subjects = [{"ref": ref, "title": title} for ref, title in enumerate(titles, 1)]
    material = json.dumps({"subjects": subjects}, ensure_ascii=False)
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": material}]
    return {"model": "m", "messages": messages, **more}


def with_schema(kind: str = "json_schema") -> dict[str, Any]:
    return {"response_format": {"type": kind, "json_schema": {"schema": SCHEMA}}}


@pytest.fixture
def client() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=5.0) as opened:
        yield opened


def posted(
    client: httpx2.Client, endpoint: FaultyEndpoint, request: Mapping[str, Any]
) -> httpx2.Response:
    return client.post(f"{endpoint.base_url}/chat/completions", json=request)


def text_of(response: httpx2.Response) -> str:
    text: str = response.json()["choices"][0]["message"]["content"]
    return text


def test_a_right_answer_fills_the_schema_for_each_subject(client: httpx2.Client) -> None:
    with FaultyEndpoint() as endpoint:
        response = posted(client, endpoint, chat("Heat", "红楼梦", **with_schema()))
    assert json.loads(text_of(response))["answers"][1] == {
        "ref": 2,
        "title": "红楼梦",
        "setting": "setting",
        "people": ["people"],
        "confidence": "low",
    }
    assert endpoint.asked == endpoint.answered == {"Heat": 1, "红楼梦": 1}


def test_faults_come_in_their_order_and_then_no_more(client: httpx2.Client) -> None:
    with FaultyEndpoint([Fault.BUSY, Fault.BUSY_FOR_A_SECOND, None, Fault.BROKEN]) as endpoint:
        responses = [posted(client, endpoint, chat("Heat")) for _ in range(6)]
    assert [response.status_code for response in responses] == [429, 429, 200, 500, 200, 200]
    assert [response.headers.get("Retry-After") for response in responses[:2]] == [None, "1"]
    assert endpoint.n_requests == endpoint.asked["Heat"] == 6
    assert endpoint.answered["Heat"] == 3


def test_refusals_cost_nothing_and_answers_cost_what_their_usage_says(
    client: httpx2.Client,
) -> None:
    refusals = [Fault.BUSY, Fault.BROKEN, Fault.UNKNOWN_KEY, Fault.UNKNOWN_MODEL]
    with FaultyEndpoint(refusals) as endpoint:
        for _ in refusals:
            posted(client, endpoint, chat("Heat"))
        assert endpoint.billed_tokens == 0
        usage = posted(client, endpoint, chat("Heat")).json()["usage"]
    assert usage["prompt_tokens"] == endpoint.prompt_tokens > 0
    assert usage["completion_tokens"] == endpoint.answer_tokens > 0


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.HANG, Fault.DRIP])
def test_an_answer_that_gets_lost_is_billed(client: httpx2.Client, fault: Fault) -> None:
    with FaultyEndpoint([fault], hang_s=0.1) as endpoint:
        with pytest.raises(httpx2.TransportError):
            posted(client, endpoint, chat("Heat"))
        assert endpoint.billed_tokens > 0
        assert not endpoint.answered
        assert posted(client, endpoint, chat("Heat")).status_code == 200


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault.HALF_JSON, '{"answers": [{"mood": "mood of Heat", "themes": ["themes of'),
        (Fault.WRONG_SCHEMA, '{"result": [1, 2, 3]}'),
        (Fault.EMPTY, ""),
        (Fault.HUGE, "x" * HUGE_BYTES),
    ],
)
def test_a_wrong_text_arrives_whole(client: httpx2.Client, fault: Fault, text: str) -> None:
    with FaultyEndpoint([fault]) as endpoint:
        assert text_of(posted(client, endpoint, chat("Heat"))) == text
    assert not endpoint.answered
    assert endpoint.answer_tokens <= 1_024


def test_an_answer_about_another_item_has_another_title(client: httpx2.Client) -> None:
    with FaultyEndpoint([Fault.WRONG_ITEM]) as endpoint:
        answers = json.loads(text_of(posted(client, endpoint, chat("Heat"))))["answers"]
    assert [answer["title"] for answer in answers] == ["Something Else 1"]


def test_half_a_body_is_no_json_and_an_unmetered_answer_has_no_usage(
    client: httpx2.Client,
) -> None:
    with FaultyEndpoint([Fault.HALF_BODY, Fault.UNMETERED]) as endpoint:
        with pytest.raises(json.JSONDecodeError):
            posted(client, endpoint, chat("Heat")).json()
        assert "usage" not in posted(client, endpoint, chat("Heat")).json()
    assert endpoint.answered["Heat"] == 1


def test_a_poisoned_subject_fails_whenever_it_is_asked_about(client: httpx2.Client) -> None:
    with FaultyEndpoint(by_title={"Heat": Fault.BROKEN}) as endpoint:
        asked = [("Heat",), ("Casino", "Heat"), ("Casino",)]
        codes = [posted(client, endpoint, chat(*titles)).status_code for titles in asked]
    assert codes == [500, 500, 200]


@pytest.mark.parametrize(
    ("understands", "codes"),
    [("json_schema", [200, 200]), ("json_object", [400, 200]), ("none", [400, 400])],
)
def test_formats_beyond_its_means_are_refused(
    client: httpx2.Client, understands: Any, codes: list[int]
) -> None:
    with FaultyEndpoint(understands=understands) as endpoint:
        answers = [
            posted(client, endpoint, chat("Heat", **with_schema(kind)))
            for kind in ("json_schema", "json_object")
        ]
        assert posted(client, endpoint, chat("Heat")).status_code == 200
    assert [answer.status_code for answer in answers] == codes
    assert all("response_format" in answer.text for answer in answers if answer.is_client_error)


def test_an_answer_longer_than_allowed_is_cut_and_says_so(client: httpx2.Client) -> None:
    with FaultyEndpoint(cycle([None])) as endpoint:
        choice = posted(client, endpoint, chat("Heat", max_tokens=5)).json()["choices"][0]
    assert choice["finish_reason"] == "length"
    assert len(choice["message"]["content"]) == 20
    assert endpoint.answer_tokens == 5
    assert not endpoint.answered


def test_vectors_are_named_by_index_and_depend_on_the_text_alone(client: httpx2.Client) -> None:
    with FaultyEndpoint() as endpoint:
        body = {"model": "m", "input": ["sea", "hill"]}
        data = client.post(f"{endpoint.base_url}/embeddings", json=body).json()["data"]
    assert {entry["index"]: entry["embedding"] for entry in data} == {
        0: vector_of("sea"),
        1: vector_of("hill"),
    }


def test_a_scripted_reply_is_sent_as_it_is(client: httpx2.Client) -> None:
    with FaultyEndpoint([Reply(body=b"tea", status=418, headers={"X-Pot": "1"})]) as endpoint:
        response = posted(client, endpoint, chat("Heat"))
    assert (response.status_code, response.text, response.headers["X-Pot"]) == (418, "tea", "1")
    assert endpoint.billed_tokens == 0


def test_requests_that_wait_at_once_are_counted() -> None:
    async def main(endpoint: FaultyEndpoint) -> None:
        url = f"{endpoint.base_url}/chat/completions"
        async with httpx2.AsyncClient() as client:
            await asyncio.gather(*(client.post(url, json=chat("Heat")) for _ in range(4)))

    with FaultyEndpoint(latency_s=0.2) as endpoint:
        asyncio.run(main(endpoint))
    assert endpoint.most_in_flight == 4
