"""Encoded texts kept on disk, found again by their content."""

import os
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

import numpy as np

from lorewise.data.primitives import Embeddings


class PretrainedEncoder(Protocol):
    """An encoder whose vectors depend on its name and the text alone."""

    @property
    def name(self) -> str:
        """Name and version; changes when the vectors do."""
        ...

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return one unit row per item text; zeros for an empty one."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Embeddings:
        """Return one unit row per text that a person says; zeros for an empty one."""
        ...


def default_cache() -> Path:
    """Return the folder that ``LOREWISE_CACHE`` names, or else ``~/.cache/lorewise``."""
    named = os.environ.get("LOREWISE_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "lorewise"


def cached_vectors(
    encoder: PretrainedEncoder, texts: Sequence[str], cache: Path | None
) -> Embeddings:
    """Return the vectors of the texts, from the cache folder where they are there already.

    A damaged file is read as absent and written again. A folder that cannot be written costs
    speed alone, so that it is no error. None for ``cache`` keeps nothing.
    """
    if cache is None:
        return encoder.encode(texts)
    path = cache / f"{content_digest(encoder.name, texts)}.npy"
    kept = _read(path, (len(texts), encoder.dim))
    if kept is not None:
        return kept
    vectors = encoder.encode(texts)
    _write(path, vectors)
    return vectors


def content_digest(name: str, texts: Sequence[str]) -> str:
    """Return 32 hex digits that change with the name and with any text or border between two."""
    digest = blake2b(name.encode(), digest_size=16)
    for text in texts:
        content = text.encode()
        digest.update(len(content).to_bytes(8, "little") + content)
    return digest.hexdigest()


def _read(path: Path, shape: tuple[int, int]) -> Embeddings | None:
    try:
        vectors = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    sound = vectors.shape == shape and vectors.dtype == np.float32
    return vectors if sound and bool(np.isfinite(vectors).all()) else None


def _write(path: Path, vectors: Embeddings) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
            np.save(file, vectors, allow_pickle=False)
        Path(file.name).replace(path)
    except OSError:
        return
