import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.llm.dialect import Dialect, most_prompt_tokens
from lorewise.llm.language_model import Question

SCHEMA = {"type": "object", "properties": {"title": {"type": "string"}}}
QUESTION = Question(
    instructions="Say it.",
    material="Heat",
    answer_schema=SCHEMA,
    max_tokens=9,
    subjects=(("1", "H"),),
)


def test_a_request_holds_the_question_and_asks_for_the_likeliest_answer() -> None:
    assert Dialect().request("m", QUESTION) == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Say it."},
            {"role": "user", "content": "Heat"},
        ],
        "stream": False,
        "max_tokens": 9,
        "temperature": 0,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True},
        },
    }


def test_free_text_is_asked_for_without_a_format() -> None:
    request = Dialect(answer_format="none").request("m", Question(instructions="a", material="b"))
    assert "response_format" not in request
    assert request["messages"][0]["content"] == "a"


@pytest.mark.parametrize(
    ("dialect", "sent"),
    [
        (Dialect(answer_format="json_object"), {"type": "json_object"}),
        (Dialect(answer_format="none"), None),
    ],
)
def test_a_schema_that_cannot_be_enforced_is_told_in_words(dialect: Dialect, sent: object) -> None:
    request = dialect.request("m", QUESTION)
    assert request.get("response_format") == sent
    instructions = request["messages"][0]["content"]
    assert instructions.startswith("Say it.")
    assert json.loads(instructions.splitlines()[-1]) == SCHEMA


@pytest.mark.parametrize(
    ("objection", "expected"),
    [
        (
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported",
            Dialect(answer_format="json_object"),
        ),
        (
            "Invalid schema for response_format 'answer': In context=('properties', 'answers', "
            "'items'), 'required' is required to be supplied and to be an array including every "
            "key in properties. Missing 'mood'.",
            Dialect(answer_format="filled_schema"),
        ),
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            Dialect(limit_name="max_completion_tokens"),
        ),
        (
            "'temperature' does not support 0 with this model.",
            Dialect(takes_temperature=False),
        ),
        ("the request exceeds the available context size", None),
    ],
)
def test_an_objection_changes_what_it_names_and_nothing_else(
    objection: str, expected: Dialect | None
) -> None:
    assert Dialect().after(objection) == expected


def test_objections_come_to_an_end() -> None:
    dialect: Dialect | None = Dialect()
    steps = 0
    while dialect is not None:
        dialect = dialect.after("response_format, max_completion_tokens and temperature")
        steps += 1
    assert steps == 5


def test_a_filled_schema_requires_all_and_takes_null_for_what_could_be_left_out() -> None:
    facet = {"type": "string", "maxLength": 80}
    entry = {"type": "object", "properties": {"ref": facet, "mood": facet}, "required": ["ref"]}
    schema = {
        "type": "object",
        "properties": {"answers": {"type": "array", "items": entry, "maxItems": 3}},
        "required": ["answers"],
    }
    question = Question(instructions="a", material="b", answer_schema=schema)
    sent = Dialect(answer_format="filled_schema").request("m", question)["response_format"]
    told = sent["json_schema"]["schema"]["properties"]["answers"]
    assert told["maxItems"] == 3
    assert told["items"]["required"] == ["ref", "mood"]
    assert told["items"]["properties"] == {
        "ref": {"type": "string"},
        "mood": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    }


def schema_of(abouts: dict[str, str]) -> dict[str, object]:
    """Return a schema with a property for each name."""
    properties = {name: {"type": "string", "title": about} for name, about in abouts.items()}
    return {"type": "object", "properties": properties, "required": list(abouts)[:1]}


@given(
    instructions=st.text(),
    material=st.text(),
    schema=st.none() | st.builds(schema_of, st.dictionaries(st.text(), st.text())),
    answer_format=st.sampled_from(["json_schema", "filled_schema", "json_object", "none"]),
)
def test_no_form_of_the_question_has_more_bytes_than_its_worst_case_has_tokens(
    instructions: str, material: str, schema: dict[str, object] | None, answer_format: str
) -> None:
    question = Question(instructions=instructions, material=material, answer_schema=schema)
    dialect = Dialect(answer_format=answer_format)  # type: ignore[arg-type]  # drawn from the four
    request = dialect.request("m", question)
    texts = [message["content"] for message in request["messages"]]
    named = request.get("response_format", {}).get("json_schema", {}).get("schema")
    told = "".join(texts) + ("" if named is None else json.dumps(named, ensure_ascii=False))
    assert len(told.encode()) < most_prompt_tokens(question)
