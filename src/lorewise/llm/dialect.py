"""How one endpoint wants to be asked; learnt from what it objects to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from lorewise.llm.language_model import Question

AnswerFormat = Literal["json_schema", "json_object", "none"]

_LESSER: Mapping[AnswerFormat, AnswerFormat] = {"json_schema": "json_object", "json_object": "none"}
_FORMAT_WORDS = ("response_format", "json_schema", "json_object", "response format")
_IN_WORDS = "\n\nAnswer with one JSON object of this schema, and nothing else:\n"


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The parts of a request in which endpoints differ."""

    answer_format: AnswerFormat = "json_schema"
    """The strictest form it understands; where it is no schema, the instructions quote it."""

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

        >>> Dialect().after("Unknown parameter: 'response_format'").answer_format
        'json_object'
        """
        words = objection.lower()
        if any(word in words for word in _FORMAT_WORDS) and self.answer_format in _LESSER:
            return replace(self, answer_format=_LESSER[self.answer_format])
        if "max_completion_tokens" in words and self.limit_name == "max_tokens":
            return replace(self, limit_name="max_completion_tokens")
        if "temperature" in words and self.takes_temperature:
            return replace(self, takes_temperature=False)
        return None

    def _instructions(self, question: Question) -> str:
        if question.answer_schema is None or self.answer_format == "json_schema":
            return question.instructions
        return question.instructions + _IN_WORDS + _written(question.answer_schema)


def most_prompt_tokens(question: Question) -> int:
    """Return what no dialect and no tokenizer exceeds; a schema is billed like other text."""
    messages = question.most_message_tokens
    if question.answer_schema is None:
        return messages
    return messages + len((_IN_WORDS + _written(question.answer_schema)).encode())


def _response_format(answer_format: AnswerFormat, schema: Mapping[str, Any]) -> dict[str, Any]:
    if answer_format == "json_object":
        return {"type": "json_object"}
    named = {"name": "answer", "schema": schema, "strict": True}
    return {"type": "json_schema", "json_schema": named}


def _written(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False)
