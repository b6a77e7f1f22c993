"""Vectors of meaning from static word vectors: fast, small, offline, English."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_matrix

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings

_N_TEXTS_AT_ONCE = 4096


@dataclass(frozen=True)
class StaticEncoder:
    """The mean of a text's token vectors, distilled from large language models (256 numbers).

    Rows are not centered: cosines between any two English texts are well above 0.
    """

    model: Any
    """The loaded ``wordllama`` model."""

    name = "wordllama-0.4.0.post1-l2_supercat-256"
    """Changes when the vectors do."""

    dim = 256
    """Length of a vector."""

    @classmethod
    def load(cls) -> Self:
        """Return the encoder; its model is read from the installed package, once per process."""
        return cls(_loaded_model())

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return one row per text, of length 1; zeros for an empty one; shape ``(n, 256)``."""
        parts = [
            self._means(texts[start : start + _N_TEXTS_AT_ONCE])
            for start in range(0, len(texts), _N_TEXTS_AT_ONCE)
        ]
        return np.concatenate([np.zeros((0, self.dim), dtype=np.float32), *parts])

    def encode_queries(self, texts: Sequence[str]) -> Embeddings:
        """Return the vectors of what people say; the same as ``encode`` here."""
        return self.encode(texts)

    def _means(self, texts: Sequence[str]) -> Embeddings:
        # Not `model.embed`: it pads every text to the longest of its batch, which is slow, and
        # takes gigabytes where one text is a book. Sums are enough for unit rows.
        found = self.model.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        tokens = [encoding.ids for encoding in found]
        ends = np.cumsum([0, *map(len, tokens)])
        numbers = np.concatenate([np.zeros(0, dtype=np.int32), *tokens]).astype(np.int32)
        ones = np.ones(len(numbers), dtype=np.float32)
        counts = csr_matrix((ones, numbers, ends), (len(texts), len(self.model.embedding)))
        return unit_rows(counts @ self.model.embedding)


@cache
def _loaded_model() -> Any:  # noqa: ANN401  wordllama has no types
    with _quiet_logging():
        import wordllama

        # It ships its tokenizer in a folder other than the one it looks in at first.
        folder = Path(wordllama.__file__).parent
        model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)
    model.tokenizer.no_padding()
    return model


@contextmanager
def _quiet_logging() -> Iterator[None]:
    """Keep the root logger as it is: importing wordllama would set it to INFO on stderr."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
