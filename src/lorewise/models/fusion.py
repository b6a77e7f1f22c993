"""Several models speak, each as loud as it proved to deserve where the item and user stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.models.content import ContentScorer
from lorewise.models.spoken_histories import with_spoken_histories, wordless
from lorewise.stages import Scorer

USER_BOUNDS = (0, 5, 20)
"""Histories of 0, 1 to 5, 6 to 20 and more events are weighed apart."""

LEAST_TRUST = 0.05
"""Words whose vector is shorter than this change no list beside a history: they are not read."""

GROUP_NAMES = ("cold", "rare", "frequent")
COLD, RARE, FREQUENT = range(3)


def user_bins(queries: Queries) -> NDArray[np.int64]:
    """Return each query's bin by the length of its history; 0 for an empty one."""
    return np.digitize(queries.lengths, np.array(USER_BOUNDS), right=True)


def item_groups(item_counts: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return each item's group: cold (no events), rare (below the warm median), frequent."""
    warm = item_counts[item_counts > 0]
    median = np.median(warm) if len(warm) else 0
    groups = np.where(item_counts >= median, FREQUENT, RARE)
    return np.where(item_counts == 0, COLD, groups).astype(np.int8)


@dataclass(frozen=True)
class FusionScorer:
    """Weighted sum of the members' standardized scores; weights by user length and item count."""

    members: Mapping[str, Scorer]
    """Name -> fitted scorer."""

    weights: Scores
    """Shape ``(n_members, n_user_bins, n_groups)``; the members in the order of ``members``."""

    groups: NDArray[np.int8]
    """Each item's group; shape ``(n_items,)``."""

    @property
    def n_items(self) -> int:
        """Items in the catalog, arrivals included."""
        return len(self.groups)

    def score_catalog(self, queries: Queries) -> Scores:
        """Return ``(n_queries, n_items)``.

        NaN for cold items of which no member that counts knows anything. To members who has
        spoken and done nothing has met what the words are about, see ``with_spoken_histories``.
        Words beside a history add what they would change for a stranger, times the length of
        their vector.
        """
        out = self.by_history(queries)
        if queries.text_vectors is not None:
            trust = np.linalg.norm(queries.text_vectors, axis=1)
            rows = np.flatnonzero((queries.lengths > 0) & (trust >= LEAST_TRUST))
            out[rows] += trust[rows, None] * self._changed_by(queries.text_vectors[rows])
        return out

    def by_history(self, queries: Queries) -> Scores:
        """Return the scores before words beside a history are added."""
        return self._summed(self.heard(queries), user_bins(queries))

    def opinions(self, queries: Queries) -> "Opinions":
        """Return what ``by_history`` does, and what each member says, whatever it counts for."""
        from lorewise.models.fusion_kernels import add_standardized

        heard, weights = self.heard(queries), self.weights[:, user_bins(queries)]
        is_warm, ones = self.groups != COLD, np.ones((len(queries), len(GROUP_NAMES)), np.float32)
        fused = self._nothing_said(len(queries))
        members = np.zeros((len(self.members), *fused.shape), dtype=np.float32)
        for member, own, weight in zip(self.members.values(), members, weights, strict=True):
            scores = member.score_catalog(heard)
            add_standardized(own, scores, is_warm, self.groups, ones)
            add_standardized(fused, scores, is_warm, self.groups, weight)
        return Opinions(fused, members)

    def _summed(self, queries: Queries, bins: NDArray[np.int64]) -> Scores:
        from lorewise.models.fusion_kernels import add_standardized

        out, is_warm = self._nothing_said(len(queries)), self.groups != COLD
        for member, weights in zip(self.members.values(), self.weights, strict=True):
            if not weights[bins].any():
                continue
            scores = member.score_catalog(queries)
            add_standardized(out, scores, is_warm, self.groups, weights[bins])
        return out

    def _nothing_said(self, n_queries: int) -> Scores:
        """Return 0 for warm items, NaN for cold ones."""
        out = np.zeros((n_queries, self.n_items), dtype=np.float32)
        out[:, self.groups == COLD] = np.nan
        return out

    def _changed_by(self, words: Embeddings) -> Scores:
        """Return by how much a stranger's scores change with what is said; 0 where unknown."""
        if len(words) == 0:
            return np.zeros((0, self.n_items), dtype=np.float32)
        silence = np.zeros((1, words.shape[1]), dtype=np.float32)
        strangers = wordless(len(words) + 1)
        asked = replace(strangers, text_vectors=np.concatenate([words, silence]))
        scores = self._summed(self.heard(asked), user_bins(asked))
        change: Scores = np.nan_to_num(scores[:-1] - scores[-1])
        return change

    def heard(self, queries: Queries) -> Queries:
        """Return the queries as the members are asked them."""
        content = self.members.get("content")
        if not isinstance(content, ContentScorer):
            return queries
        return with_spoken_histories(queries, content.vectors, self.groups != COLD)

    def with_weights(self, weights: Scores) -> Self:
        """Return the same members with other weights."""
        return replace(self, weights=weights.astype(np.float32))


@dataclass(frozen=True)
class Opinions:
    """What the fusion and each of its members say."""

    fused: Scores
    """See ``FusionScorer.by_history``; shape ``(n_queries, n_items)``."""

    members: Scores
    """Standardized, 0 where a member knows nothing; shape ``(n_members, n_queries, n_items)``."""


def even_weights(members: Sequence[str]) -> Scores:
    """Return weights that make all members equally loud everywhere."""
    shape = (len(members), len(USER_BOUNDS) + 1, len(GROUP_NAMES))
    return np.ones(shape, dtype=np.float32)
