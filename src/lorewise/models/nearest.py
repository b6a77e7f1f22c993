"""The nearest items by inner product: exact in blocks, or from an inverted file when many."""

import numpy as np

from lorewise.data.primitives import Embeddings, ItemNumbers

EXACT_UP_TO = 50_000
"""Items up to which every pair is compared."""

FLOATS_PER_BLOCK = 1 << 24
"""Similarities held at a time; 64 MiB."""


def nearest(vectors: Embeddings, wanted: ItemNumbers, k: int) -> ItemNumbers:
    """Return the ``k`` items with the largest inner product with each wanted one, best first.

    The item itself is left out; -1 fills up where the catalog is smaller. Shape
    ``(n_wanted, k)``. Above ``EXACT_UP_TO`` items the answer is approximate: see
    ``inverted_file``.
    """
    if vectors.shape[1] == 0 or k == 0:
        return np.full((len(wanted), k), -1, dtype=np.int32)
    if len(vectors) > EXACT_UP_TO:
        from lorewise.models.inverted_file import InvertedFile

        return InvertedFile.fit(vectors, rng=np.random.default_rng(0)).nearest(wanted, k)
    return exact_nearest(vectors, wanted, k)


def exact_nearest(vectors: Embeddings, wanted: ItemNumbers, k: int) -> ItemNumbers:
    """Compare every wanted item with all; see ``nearest``."""
    from lorewise.models.nearest_kernels import largest_of_rows

    found = np.empty((len(wanted), k), dtype=np.int32)
    n_rows = max(1, FLOATS_PER_BLOCK // max(1, len(vectors)))
    block = np.empty((n_rows, len(vectors)), dtype=np.float32)
    for start in range(0, len(wanted), n_rows):
        rows = wanted[start : start + n_rows]
        similar = np.matmul(vectors[rows], vectors.T, out=block[: len(rows)])
        found[start : start + n_rows] = largest_of_rows(similar, rows.astype(np.int32), k)[0]
    return found
