"""Vectors of texts from any endpoint that speaks the protocol of OpenAI."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self

import httpx2
import numpy as np
from pydantic import BaseModel, FiniteFloat, NonNegativeInt, ValidationError

from lorewise.data.primitives import Embeddings
from lorewise.errors import AttemptError
from lorewise.llm.attempt_errors import lost, refused, too_long, unreadable
from lorewise.llm.endpoint import Endpoint
from lorewise.llm.ranges import check_least, check_positive
from lorewise.llm.retries import Patience, RetrySettings


@dataclass(frozen=True, kw_only=True)
class EmbeddingSettings:
    """How texts are sent and how long and much may come back."""

    batch_size: int = 64
    """Texts in one request; at least 1."""

    timeout_s: float = 120.0
    """Without a byte from the endpoint; above 0."""

    max_answer_bytes: int = 2**26
    """A longer body is cut off and refused; at least 1."""

    retries: RetrySettings = field(default_factory=RetrySettings)

    def __post_init__(self) -> None:
        check_positive(self, "timeout_s")
        check_least(self, 1, "batch_size", "max_answer_bytes")


@dataclass(kw_only=True)
class EmbeddingEndpoint:
    """Asks ``POST {base_url}/embeddings``, one request after the other."""

    endpoint: Endpoint
    settings: EmbeddingSettings
    client: httpx2.Client = field(repr=False)
    rng: np.random.Generator = field(repr=False)
    sleep: Callable[[float], object] = field(default=time.sleep, repr=False)
    billed_tokens: int = 0
    """As the endpoint counted them so far; 0 where it does not count."""

    @classmethod
    def open(
        cls,
        *,
        base_url: str,
        model: str,
        api_key: str | None = None,
        settings: EmbeddingSettings | None = None,
        rng: np.random.Generator | None = None,
    ) -> Self:
        """Return the endpoint; nothing is sent yet.

        ``rng`` draws the waits between attempts and nothing else; None for any.

        Raises:
            SettingsError: The address, the name or the key cannot be right.
        """
        endpoint = Endpoint.checked(base_url, model, api_key)
        settings = settings or EmbeddingSettings()
        client = httpx2.Client(
            headers=endpoint.headers,
            timeout=settings.timeout_s,
            trust_env=not endpoint.is_local,
        )
        rng = rng or np.random.default_rng()
        return cls(endpoint=endpoint, settings=settings, client=client, rng=rng)

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Return one vector per text, as the model gives it, shape ``(n, dim)``; float32.

        No text may be empty: most endpoints refuse it.

        Raises:
            AttemptError: A request failed for good, or too often.
        """
        size = self.settings.batch_size
        batches = [texts[start : start + size] for start in range(0, len(texts), size)]
        if not batches:
            return np.zeros((0, 0), dtype=np.float32)
        return np.concatenate([self._patiently(batch) for batch in batches])

    def close(self) -> None:
        """Let go of the connections."""
        self.client.close()

    def _patiently(self, texts: Sequence[str]) -> Embeddings:
        patience = Patience(self.settings.retries, self.rng)
        while True:
            try:
                return self._attempt(texts)
            except AttemptError as error:
                wait_s = patience.wait_s(error)
                if wait_s is None:
                    raise
                self.sleep(wait_s)

    def _attempt(self, texts: Sequence[str]) -> Embeddings:
        request = {
            "model": self.endpoint.model,
            "input": list(texts),
            "encoding_format": "float",
        }
        url = self.endpoint.url("embeddings")
        try:
            with self.client.stream("POST", url, json=request) as response:
                body = self._bounded(response)
        except httpx2.RequestError as error:
            raise lost(self.endpoint, error) from error
        if response.status_code != HTTPStatus.OK:
            raise refused(self.endpoint, response.status_code, response.headers, body)
        return self._vectors(body, len(texts))

    def _bounded(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self.settings.max_answer_bytes:
                raise too_long(self.endpoint, self.settings.max_answer_bytes)
        return bytes(body)

    def _vectors(self, body: bytes, n_texts: int) -> Embeddings:
        try:
            vectors, tokens = _checked(body, n_texts)
        except ValueError as error:  # pydantic's, too
            raise unreadable(self.endpoint, body, _reason(error)) from error
        self.billed_tokens += tokens
        return vectors


class _Vector(BaseModel):
    index: NonNegativeInt
    embedding: list[FiniteFloat]


class _Usage(BaseModel):
    prompt_tokens: NonNegativeInt = 0


class _Vectors(BaseModel):
    data: list[_Vector]
    usage: _Usage | None = None


def _checked(body: bytes, n_texts: int) -> tuple[Embeddings, int]:
    answer = _Vectors.model_validate_json(body)
    rows = sorted(answer.data, key=lambda row: row.index)
    if [row.index for row in rows] != list(range(n_texts)):
        raise ValueError(f"{len(rows)} vectors for {n_texts} texts, or not one for each")
    if len({len(row.embedding) for row in rows}) != 1:
        raise ValueError("vectors of several lengths")
    vectors = np.array([row.embedding for row in rows], dtype=np.float32)
    return vectors, answer.usage.prompt_tokens if answer.usage else 0


def _reason(error: ValueError) -> str:
    return error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
