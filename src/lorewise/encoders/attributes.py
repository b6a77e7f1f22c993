"""Vectors of attributes: tags that items share, and numbers that lie close together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.encoders.soft_bins import knots, soft_bins
from lorewise.encoders.text_arrays import text_array, text_of
from lorewise.encoders.truncated_svd import strongest_directions
from lorewise.stages import Arrays

Tags = Sequence[Sequence[str]]
Numbers = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, kw_only=True)
class AttributeSettings:
    """How tags and numbers become vectors."""

    n_dims: int = 128
    """Length of a vector; more columns than that are reduced to their main directions."""

    min_items_per_tag: int = 2
    """Items that must share a tag for it to count; at least 1."""

    n_bins: int = 10
    """Soft bins per number, at its quantiles; at least 2."""


@dataclass(frozen=True)
class AttributeEncoder:
    """Places items by their shared tags and close numbers; each number weighs as all tags do."""

    tags: tuple[str, ...]
    """Tags that count, sorted."""

    knots: Mapping[str, NDArray[np.float64]]
    """Number column -> centers of its bins, rising."""

    column_weights: NDArray[np.float32]
    """How telling a tag or bin is, tags first: 1 + ln((1 + n_items) / (1 + items with it))."""

    directions: NDArray[np.float32]
    """Shape ``(n_tags + n_bins, dim)``."""

    @classmethod
    def fit(
        cls,
        tags: Tags,
        numbers: Numbers,
        *,
        settings: AttributeSettings | None = None,
        rng: np.random.Generator,
    ) -> Self:
        """Learn which tags are shared and where the numbers lie; one entry per item each."""
        wanted = settings or AttributeSettings()
        found, n_items_with = np.unique([tag for own in tags for tag in own], return_counts=True)
        shared = tuple(map(str, found[n_items_with >= wanted.min_items_per_tag]))
        centers = {name: knots(values, wanted.n_bins) for name, values in numbers.items()}
        memberships = _memberships(tags, numbers, _numbered(shared), centers)
        masses = np.asarray(memberships.sum(axis=0)).ravel()
        weights = (1 + np.log((1 + len(tags)) / (1 + masses))).astype(np.float32)
        rows = _balanced(memberships.multiply(weights), _widths(shared, centers))
        directions = _directions(rows, wanted.n_dims, rng)
        return cls(shared, centers, weights, directions)

    def encode(self, tags: Tags, numbers: Numbers) -> Embeddings:
        """Return one row per item, of length 1; zeros where no attribute is known."""
        memberships = _memberships(tags, numbers, self._number_of, self.knots)
        weighted = memberships.multiply(self.column_weights)
        rows = _balanced(weighted, _widths(self.tags, self.knots))
        return unit_rows(np.asarray(rows @ self.directions))

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self.directions.shape[1])

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved, as plain arrays by name."""
        names = {"tags": self.tags, "numbers": list(self.knots)}
        return {
            "names": text_array(json.dumps(names)),
            "knots": np.concatenate([np.zeros(0), *self.knots.values()]),
            "n_knots": np.array([len(centers) for centers in self.knots.values()], np.int64),
            "column_weights": self.column_weights,
            "directions": self.directions,
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the encoder that ``to_arrays`` described; arrays may be memory-mapped."""
        names = json.loads(text_of(arrays["names"]))
        parts = np.split(arrays["knots"], np.cumsum(arrays["n_knots"])[:-1])
        centers = dict(zip(names["numbers"], parts, strict=False))
        return cls(tuple(names["tags"]), centers, arrays["column_weights"], arrays["directions"])

    @cached_property
    def _number_of(self) -> dict[str, int]:
        return _numbered(self.tags)


def _widths(tags: Sequence[str], centers: Numbers) -> list[int]:
    """Return how many columns the tags have, and then each number."""
    return [len(tags), *map(len, centers.values())]


def _numbered(tags: Sequence[str]) -> dict[str, int]:
    return {tag: number for number, tag in enumerate(tags)}


def _memberships(
    tags: Tags, numbers: Numbers, number_of: Mapping[str, int], centers: Numbers
) -> "csr_matrix[Any]":
    """Return which tags and, by shares, which bins each item has, tags first."""
    known = [[number_of[tag] for tag in own if tag in number_of] for own in tags]
    columns = np.array([number for own in known for number in own], dtype=np.int32)
    ends = np.cumsum([0, *map(len, known)])
    ones = np.ones(len(columns), dtype=np.float32)
    hot = csr_matrix((ones, columns, ends), (len(tags), len(number_of)))
    bins = [csr_matrix(soft_bins(numbers[name], centers[name])) for name in centers]
    return csr_matrix(hstack([hot, *bins], dtype=np.float32))


def _balanced(rows: Any, widths: Sequence[int]) -> "csr_matrix[Any]":  # noqa: ANN401  any sparse matrix
    """Return the tags, and each number's bins, at length 1 within every row.

    So a number counts as much as all tags together: by their own weights, a film's year would
    drown in its genres.
    """
    matrix = csr_matrix(rows, dtype=np.float32)
    part_of_column = np.repeat(np.arange(len(widths)), widths)
    row_numbers = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    parts = row_numbers * len(widths) + part_of_column[matrix.indices]
    lengths = np.sqrt(np.bincount(parts, matrix.data**2))
    matrix.data = (matrix.data / lengths[parts]).astype(np.float32)
    return matrix


def _directions(
    rows: "csr_matrix[Any]", n_dims: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return the columns themselves where they are few: then a dimension means one attribute."""
    if rows.shape[1] <= n_dims:
        return np.eye(rows.shape[1], dtype=np.float32)
    return strongest_directions(rows, n_dims, rng)
