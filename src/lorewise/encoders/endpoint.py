"""Vectors of meaning from an endpoint that speaks ``/v1/embeddings``."""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.errors import SettingsError
from lorewise.llm.embeddings import EmbeddingEndpoint
from lorewise.llm.endpoint import KEY_VARIABLE, Endpoint

MOST_CHARACTERS = 8_000
"""Of a text; more is cut off, since endpoints refuse what their model cannot read."""


@dataclass(frozen=True)
class EndpointEncoder:
    """Asks for vectors over HTTP, with the key in ``LOREWISE_LLM_API_KEY`` if there is one."""

    endpoint: Endpoint

    @classmethod
    def open(cls, place: str) -> Self:
        """Return the encoder behind ``URL#MODEL``; nothing is sent yet.

        Raises:
            SettingsError: ``place`` names no model, or no address.
        """
        url, _, model = place.partition("#")
        if not url or not model:
            raise SettingsError(
                f"endpoint {place!r} names no model; write URL#MODEL, as in "
                "http://127.0.0.1:11434/v1#nomic-embed-text"
            )
        return cls(Endpoint.checked(url, model, os.environ.get(KEY_VARIABLE)))

    @property
    def name(self) -> str:
        """Address and model; the vectors are kept under it, so a model changed there is missed."""
        return f"endpoint:{self.endpoint.base_url}#{self.endpoint.model}"

    @cached_property
    def dim(self) -> int:
        """Length of a vector; asks for one."""
        return int(self._embedded(["a"]).shape[1])

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return one row per text, of length 1; zeros for an empty one; ``(n, dim)``.

        Raises:
            LanguageModelError: The endpoint gave none, after all retries.
        """
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        written = [number for number, text in enumerate(texts) if text.strip()]
        if written:
            vectors[written] = self._embedded([texts[n][:MOST_CHARACTERS] for n in written])
        return unit_rows(vectors)

    def encode_queries(self, texts: Sequence[str]) -> Embeddings:
        """Return the vectors of what people say; the same as ``encode`` here."""
        return self.encode(texts)

    def _embedded(self, texts: Sequence[str]) -> Embeddings:
        to = self.endpoint
        opened = EmbeddingEndpoint.open(base_url=to.base_url, model=to.model, api_key=to.api_key)
        with closing(opened) as endpoint:
            return endpoint.embed(texts)
