"""Language models behind the HTTP protocol that nearly every provider and server speaks."""

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Self

import httpx2
from pydantic import BaseModel, Field, NonNegativeInt, ValidationError

from lorewise.llm.attempt_errors import lost, refused, too_long, unreadable
from lorewise.llm.dialect import Dialect, most_prompt_tokens
from lorewise.llm.endpoint import Endpoint
from lorewise.llm.language_model import Answer, Question
from lorewise.llm.ranges import check_least, check_positive

_OBJECTIONS = {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}


@dataclass(frozen=True, kw_only=True)
class EndpointSettings:
    """How long and how much an endpoint may answer."""

    timeout_s: float = 120.0
    """For one whole answer, from the first byte sent; above 0."""

    connect_timeout_s: float = 10.0
    """Until the endpoint is reached; above 0."""

    max_answer_bytes: int = 2**20
    """A longer body is cut off and refused; at least 1."""

    def __post_init__(self) -> None:
        check_positive(self, "timeout_s", "connect_timeout_s")
        check_least(self, 1, "max_answer_bytes")


@dataclass(kw_only=True)
class OpenAICompatibleModel:
    """Asks ``POST {base_url}/chat/completions``; to be used in one event loop."""

    endpoint: Endpoint
    settings: EndpointSettings
    client: httpx2.AsyncClient = field(repr=False)
    dialect: Dialect = field(default_factory=Dialect)
    """What was learnt of the endpoint so far; the first questions pay for it with a refusal."""

    @classmethod
    def open(
        cls,
        *,
        base_url: str,
        model: str,
        api_key: str | None = None,
        settings: EndpointSettings | None = None,
    ) -> Self:
        """Return the model; nothing is sent yet.

        Raises:
            SettingsError: The address, the name or the key cannot be right.
        """
        endpoint = Endpoint.checked(base_url, model, api_key)
        settings = settings or EndpointSettings()
        client = httpx2.AsyncClient(
            headers=endpoint.headers,
            timeout=httpx2.Timeout(settings.timeout_s, connect=settings.connect_timeout_s),
            limits=httpx2.Limits(max_connections=None),
            trust_env=not endpoint.is_local,
        )
        return cls(endpoint=endpoint, settings=settings, client=client)

    @property
    def name(self) -> str:
        """The model's name, as the endpoint knows it."""
        return self.endpoint.model

    async def ask(self, question: Question) -> Answer:
        """Return the answer; a request that only its form stood against is put another way.

        Raises:
            AttemptError: There was none; says whether to try again.
        """
        while True:
            dialect = self.dialect
            response, body = await self._post(dialect.request(self.name, question))
            if response.status_code == HTTPStatus.OK:
                return self._answer(question, body)
            is_objection = response.status_code in _OBJECTIONS
            changed = dialect.after(body.decode(errors="replace")) if is_objection else None
            if changed is None:
                raise refused(self.endpoint, response.status_code, response.headers, body)
            self.dialect = changed

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.aclose()

    async def _post(self, request: dict[str, Any]) -> tuple[httpx2.Response, bytes]:
        url = self.endpoint.url("chat/completions")
        try:
            # The client's own limits start anew with every byte; this one does not.
            async with (
                asyncio.timeout(self.settings.timeout_s),
                self.client.stream("POST", url, json=request) as response,
            ):
                return response, await self._bounded(response)
        except (httpx2.RequestError, TimeoutError) as error:
            raise lost(self.endpoint, error) from error

    async def _bounded(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > self.settings.max_answer_bytes:
                raise too_long(self.endpoint, self.settings.max_answer_bytes)
        return bytes(body)

    def _answer(self, question: Question, body: bytes) -> Answer:
        try:
            completion = _Completion.model_validate_json(body)
        except ValidationError as error:
            reason = error.errors()[0]["msg"]
            raise unreadable(self.endpoint, body, reason) from error
        choice, usage = completion.choices[0], completion.metered()
        return Answer(
            text=choice.message.content or "",
            prompt_tokens=usage.prompt_tokens if usage else most_prompt_tokens(question),
            answer_tokens=usage.answer_tokens if usage else question.max_tokens,
            is_metered=usage is not None,
            is_complete=choice.finish_reason != "length",
        )


class _Usage(BaseModel):
    prompt_tokens: NonNegativeInt
    completion_tokens: NonNegativeInt
    total_tokens: NonNegativeInt = 0

    @property
    def answer_tokens(self) -> int:
        """Some endpoints count what the model thought in the total alone."""
        return max(self.completion_tokens, self.total_tokens - self.prompt_tokens)


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: Any = None

    def metered(self) -> _Usage | None:
        try:
            return _Usage.model_validate(self.usage)
        except ValidationError:
            return None
