"""How one endpoint wants to be asked; learnt from what it objects to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from lorewise.llm.language_model import Question

AnswerFormat = Literal["json_schema", "filled_schema", "json_object", "none"]

_LESSER: Mapping[AnswerFormat, AnswerFormat] = {
    "json_schema": "json_object",
    "filled_schema": "json_object",
    "json_object": "none",
}
_FORMAT_WORDS = ("response_format", "json_schema", "json_object", "response format")
_IN_WORDS = "\n\nAnswer with one JSON object of this schema, and nothing else:\n"


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The parts of a request in which endpoints differ."""

    answer_format: AnswerFormat = "json_schema"
    """The strictest form it understands; where it is no schema, the instructions quote it.

    In a filled schema every property is required, and null says what could be left out: OpenAI's
    own strict form.
    """

    limit_name: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """What the limit of the answer is called; reasoning models have a name of their own."""

    takes_temperature: bool = True
    """Whether it lets us ask for the likeliest answer."""

    def request(self, model: str, question: Question) -> dict[str, Any]:
        """Return the body of the request."""
        messages = [
            {"role": "system", "content": self._instructions(question)},
            {"role": "user", "content": question.material},
        ]
        body: dict[str, Any] = {"model": model, "messages": messages, "stream": False}
        body[self.limit_name] = question.max_tokens
        if self.takes_temperature:
            body["temperature"] = 0
        if question.answer_schema is not None and self.answer_format != "none":
            body["response_format"] = _response_format(self.answer_format, question.answer_schema)
        return body

    def after(self, objection: str) -> Self | None:
        """Return a dialect without what the endpoint objects to; None if that is no matter of it.

        >>> Dialect().after("response_format: 'required' must include every key").answer_format
        'filled_schema'
        """
        words = objection.lower()
        if any(word in words for word in _FORMAT_WORDS) and self.answer_format in _LESSER:
            is_strict = self.answer_format == "json_schema" and "required" in words
            lesser = "filled_schema" if is_strict else _LESSER[self.answer_format]
            return replace(self, answer_format=lesser)
        if "max_completion_tokens" in words and self.limit_name == "max_tokens":
            return replace(self, limit_name="max_completion_tokens")
        if "temperature" in words and self.takes_temperature:
            return replace(self, takes_temperature=False)
        return None

    def _instructions(self, question: Question) -> str:
        if question.answer_schema is None or self.answer_format.endswith("schema"):
            return question.instructions
        return question.instructions + _IN_WORDS + _written(question.answer_schema)


def most_prompt_tokens(question: Question) -> int:
    """Return what no dialect and no tokenizer exceeds; a schema is billed like other text."""
    messages = question.most_message_tokens
    if question.answer_schema is None:
        return messages
    forms = (question.answer_schema, _filled(question.answer_schema))
    return messages + max(len((_IN_WORDS + _written(form)).encode()) for form in forms)


def _response_format(answer_format: AnswerFormat, schema: Mapping[str, Any]) -> dict[str, Any]:
    if answer_format == "json_object":
        return {"type": "json_object"}
    form = _filled(schema) if answer_format == "filled_schema" else schema
    named = {"name": "answer", "schema": form, "strict": True}
    return {"type": "json_schema", "json_schema": named}


def _filled(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema with every property required, null where it could be left out.

    The longest texts are not told: some strict endpoints know no such limit, and they are cut when
    they are read.
    """
    form = {key: value for key, value in schema.items() if key != "maxLength"}
    if "items" in form:
        form["items"] = _filled(form["items"])
    if "properties" in form:
        filled = {name: _filled(part) for name, part in form["properties"].items()}
        form["properties"] = {
            name: part
            if name in schema.get("required", ())
            else {"anyOf": [part, {"type": "null"}]}
            for name, part in filled.items()
        }
        form["required"] = list(filled)
    return form


def _written(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False)
