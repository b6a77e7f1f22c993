"""Encode, compare, take the nearest: the items most like what a person said or chose."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal, Self, get_args

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.errors import DataError
from lorewise.models.histories import history_rows, recent_weights
from lorewise.models.ranges import check_above, check_choice, check_range
from lorewise.models.settings_arrays import pack_settings, unpack_settings
from lorewise.models.strengths import EventStrengths
from lorewise.stages import Arrays

FLAT = 1e-5  # what rounding leaves of a row of equal float32 numbers is far below this

LENGTH_DECIMALS = 6
"""Of a text vector's length; the rest is rounding, which would let near ties change places."""

Comparison = Literal["cosine", "dot", "pearson"]


@dataclass(frozen=True, kw_only=True)
class ContentSettings:
    """How a person's vector is made and compared with the items'."""

    similarity: Comparison = "cosine"
    """``cosine``; ``dot``, which is the mean similarity to the history, lower for mixed tastes;
    ``pearson``, the correlation of two vectors' coordinates."""

    half_life_events: float = 10.0
    """Newer likes after which an event counts half; above 0, or infinity."""

    text_weight: float = 1.0
    """What a query's own words weigh, in events of weight 1; at least 0. Words whose vector is
    shorter than 1 weigh that much less."""

    def __post_init__(self) -> None:
        check_choice(self, "similarity", get_args(Comparison))
        check_above(self, "half_life_events", 0)
        check_range(self, "text_weight", 0)


@dataclass(frozen=True)
class ContentScorer:
    """Scores by the similarity of item vectors to a person's; learns nothing from interactions.

    A person's vector is the sum of what was liked and said, less what was disliked, each by its
    tempered weight and recency. It is divided by the length (``dot``: by the weight) of the liked
    part alone: so a dislike lowers each similar item, by its similarity, and nothing else.
    Without dislikes the score is the plain cosine, dot product or correlation; from -1 to 1.
    """

    settings_class: ClassVar[type[ContentSettings]] = ContentSettings

    settings: ContentSettings
    vectors: Embeddings
    """Unit rows, zeros where nothing is known; centered for ``pearson``; ``(n_items, dim)``."""

    typical: float
    """The weight that counts 1; above 0."""

    @classmethod
    def fit(cls, dataset: Dataset, vectors: Embeddings, settings: ContentSettings) -> Self:
        """Keep the vectors.

        Raises:
            DataError: There is not one vector per item.
        """
        if len(vectors) != dataset.n_items:
            raise DataError(
                f"{len(vectors)} vectors for {dataset.n_items} items; give one row per item"
            )
        typical = EventStrengths.fit(dataset, history_tau=math.inf).typical
        return cls(settings, comparable(vectors, settings.similarity), typical)

    def score_catalog(self, queries: Queries) -> Scores:
        """Return similarities; NaN for items without a vector and for queries without any.

        Raises:
            DataError: The queries' text vectors are not as wide as the items'.
        """
        half_life = self.settings.half_life_events
        values = recent_weights(queries, typical=self.typical, half_life_events=half_life)
        likes, dislikes = np.maximum(values, 0), np.minimum(values, 0)
        said = self._said(queries)
        wanted = self._summed(queries, likes) + self.settings.text_weight * said
        profile = wanted + self._summed(queries, dislikes)
        scores = (profile / self._divisor(queries, likes, wanted, said)) @ self.vectors.T
        scores[:, ~self._is_described] = np.nan
        scores[~(self._has_vector(queries) | said.any(axis=1))] = np.nan
        return scores.astype(np.float32, copy=False)

    @cached_property
    def _is_described(self) -> NDArray[np.bool_]:
        return np.asarray(self.vectors.any(axis=1))

    def _said(self, queries: Queries) -> Embeddings:
        dim = self.vectors.shape[1]
        if queries.text_vectors is None:
            return np.zeros((len(queries), dim), dtype=np.float32)
        if queries.text_vectors.shape[1] != dim:
            raise DataError(
                f"text vectors have {queries.text_vectors.shape[1]} dimensions, items {dim}; "
                "encode both in the same way"
            )
        units = comparable(queries.text_vectors, self.settings.similarity)
        lengths = np.linalg.norm(queries.text_vectors, axis=1, keepdims=True)
        said: Embeddings = units * np.round(lengths, LENGTH_DECIMALS)
        return said

    def _summed(self, queries: Queries, values: Scores) -> Embeddings:
        rows = history_rows(queries, values, len(self.vectors))
        return np.asarray(rows @ self.vectors, dtype=np.float32)

    def _divisor(
        self, queries: Queries, likes: Scores, wanted: Embeddings, said: Embeddings
    ) -> Scores:
        if self.settings.similarity == "dot":
            sizes = np.bincount(queries.query_numbers, weights=likes, minlength=len(queries))
            sizes = sizes + self.settings.text_weight * np.linalg.norm(said, axis=1)
        else:
            sizes = np.linalg.norm(wanted, axis=1)
        return np.asarray(np.where(sizes > 0, sizes, 1), dtype=np.float32).reshape(-1, 1)

    def _has_vector(self, queries: Queries) -> NDArray[np.bool_]:
        known = self._is_described[queries.item_numbers]
        return np.bincount(queries.query_numbers, weights=known, minlength=len(queries)) > 0

    def to_arrays(self) -> Arrays:
        """Return the vectors, the typical weight and the settings."""
        arrays = {"vectors": self.vectors, "typical": np.array(self.typical)}
        return arrays | pack_settings(self.settings)

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that was saved."""
        settings = unpack_settings(ContentSettings, arrays)
        return cls(settings, arrays["vectors"], float(arrays["typical"]))


def comparable(vectors: Embeddings, similarity: Comparison) -> Embeddings:
    """Return unit rows whose inner product is the similarity; rows of zeros stay zeros.

    A unit row whose coordinates are all alike correlates with nothing and becomes zeros.
    """
    if similarity == "pearson":
        means = vectors.sum(axis=1, keepdims=True) / max(1, vectors.shape[1])
        centered = (vectors - means).astype(np.float32)
        is_flat = np.linalg.norm(centered, axis=1) < FLAT * np.linalg.norm(vectors, axis=1)
        vectors = np.where(is_flat[:, None], np.float32(0), centered)
    return unit_rows(vectors)
