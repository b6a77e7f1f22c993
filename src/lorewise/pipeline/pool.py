"""The candidates that could make a list, with every member's score: weights are tried on these."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Scores
from lorewise.evaluation.targets import Targets
from lorewise.evaluation.training_counts import TrainingCounts
from lorewise.models.fusion import COLD, user_bins
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.pipeline.validation import Validation
from lorewise.stages import CatalogScorer

PER_MEMBER = 100
"""Candidates taken from the top of each member's list."""

TAIL_PLACES = 20
"""First places of a list in which tail items are looked for."""


@dataclass(frozen=True)
class Pool:
    """Per query: the members' standardized scores of the items that any of them puts on top.

    Every target is in the pool, so that a pool's NDCG is that of the full ranking wherever the
    weighted sum puts no item ahead that all members rank below ``PER_MEMBER``.
    """

    scores: Scores
    """Shape ``(n_members, n_queries, n_places)``; 0 where a member knows nothing."""

    is_real: NDArray[np.bool_]
    """False for repeats; shape ``(n_queries, n_places)``."""

    is_target: NDArray[np.bool_]
    """Same shape."""

    is_tail: NDArray[np.bool_]
    """Whether the item is outside the most popular fifth; same shape."""

    groups: NDArray[np.int8]
    """Item group of each place; same shape."""

    bins: NDArray[np.int64]
    """User bin of each query."""

    k: int

    @classmethod
    def of(
        cls, validation: Validation, members: Sequence[CatalogScorer], groups: NDArray[np.int8]
    ) -> Self:
        """Score the validation's candidates by every member."""
        is_tail = TrainingCounts.of(validation.train).is_tail
        parts = [
            _part(validation, members, groups, is_tail, span)
            for span in batches(validation.queries, validation.n_items * len(members))
        ]
        width = max(part[1].shape[1] for part in parts)
        padded = [_padded(part, width) for part in parts]
        return cls(
            np.concatenate([part[0] for part in padded], axis=1),
            np.concatenate([part[1] for part in padded]),
            np.concatenate([part[2] for part in padded]),
            np.concatenate([part[3] for part in padded]),
            np.concatenate([part[4] for part in padded]),
            user_bins(validation.queries),
            validation.k,
        )

    def per_query(self, weights: Scores) -> NDArray[np.float64]:
        """Return the NDCG of each query; weights as in ``FusionScorer``."""
        return self._gains(self._ranks(weights))

    def tail_recall(self, weights: Scores) -> float:
        """Return the mean share of a query's tail targets in its first ``TAIL_PLACES``.

        Over the queries that have some; 0 where none has.
        """
        owners, places = self._targets
        is_tail = self.is_tail[owners, places]
        n_targets = self._per_query(is_tail)
        found = self._per_query(is_tail & (self._ranks(weights) <= TAIL_PLACES))
        has_some = n_targets > 0
        return float(np.mean(found[has_some] / n_targets[has_some])) if has_some.any() else 0.0

    def quality(self, weights: Scores, of: NDArray[np.bool_] | None = None) -> float:
        """Return the mean NDCG, of all queries or of those in a mask."""
        if of is None:
            return float(self.per_query(weights).mean())
        return float(self._gains(self._ranks(weights, of))[of].mean())

    @cached_property
    def _targets(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The query and the place of each target."""
        owners, places = np.nonzero(self.is_target)
        return owners, places

    def _ranks(self, weights: Scores, of: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Return each target's rank under the weighted sum, from 1; 0 for queries not asked for."""
        from lorewise.pipeline.pool_kernels import ranks_of

        owners, places = self._targets
        is_asked = np.ones(len(owners), dtype=np.bool_) if of is None else of[owners]
        counts = np.bincount(owners[is_asked], minlength=len(self.bins))
        offsets = np.concatenate([[0], np.cumsum(counts)])
        ranks = np.zeros(len(owners), dtype=np.int64)
        ranks[is_asked] = ranks_of(
            self.scores, weights, self.bins, self.groups, self.is_real, offsets, places[is_asked]
        )
        return ranks

    def _gains(self, ranks: NDArray[np.int64]) -> NDArray[np.float64]:
        is_hit = (ranks > 0) & (ranks <= self.k)
        each = np.where(is_hit, 1 / np.log2(np.maximum(ranks, 1) + 1), 0)
        n_targets = np.minimum(np.sum(self.is_target, axis=1), self.k)
        ideal = np.concatenate([[1], np.cumsum(1 / np.log2(np.arange(self.k) + 2))])[n_targets]
        gains: NDArray[np.float64] = self._per_query(each) / ideal
        return gains

    def _per_query(self, each: NDArray[np.float64] | NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the sum over each query's targets."""
        sums = np.zeros(len(self.bins))
        np.add.at(sums, self._targets[0], each)
        return sums


Mask = NDArray[np.bool_]
Part = tuple[Scores, Mask, Mask, Mask, NDArray[np.int8]]
"""As in ``Pool``: scores, what is real, a target, of the tail; and the groups."""


def _part(
    validation: Validation,
    members: Sequence[CatalogScorer],
    groups: NDArray[np.int8],
    is_tail: NDArray[np.bool_],
    span: tuple[int, int],
) -> Part:
    from lorewise.models.fusion_kernels import add_standardized
    from lorewise.ranking.top_n_kernels import best_of_rows

    queries, targets = validation.queries.part(*span), validation.targets.part(*span)
    everything = np.arange(validation.n_items, dtype=np.int32)
    spent = ~queries.repeatable
    seen = (queries.query_numbers[spent], queries.item_numbers[spent])
    ones = np.ones((len(queries), 3), dtype=np.float32)
    standardized, tops = [], [_target_columns(targets)]
    for member in members:
        scores = scored_candidates(member, queries, everything, include_seen=True).scores
        out = np.full(scores.shape, np.nan, dtype=np.float32)
        add_standardized(out, scores, groups != COLD, groups, ones)
        standardized.append(np.nan_to_num(out))
        out[seen] = np.nan
        only = np.full_like(out, np.nan)
        only[:, validation.candidates] = out[:, validation.candidates]
        tops.append(best_of_rows(only, min(PER_MEMBER, len(validation.candidates)))[0])
    places = np.concatenate(tops, axis=1)
    places = np.sort(places, axis=1)
    repeats = np.zeros(places.shape, dtype=np.bool_)
    repeats[:, 1:] = places[:, 1:] == places[:, :-1]
    is_real = (places >= 0) & ~repeats
    safe = np.maximum(places, 0)
    scores = np.stack([np.take_along_axis(member, safe, axis=1) for member in standardized])
    keys = np.arange(len(queries))[:, None] * validation.n_items + safe
    wanted = targets.query_numbers * validation.n_items + targets.item_numbers
    is_target = np.isin(keys, wanted) & is_real
    return scores, is_real, is_target, is_tail[safe], groups[safe]


def _target_columns(targets: Targets) -> NDArray[np.int32]:
    lengths = targets.lengths
    columns = np.full((len(lengths), max(1, int(lengths.max(initial=0)))), -1, dtype=np.int32)
    place = np.arange(len(targets.item_numbers)) - np.repeat(targets.offsets[:-1], lengths)
    columns[targets.query_numbers, place] = targets.item_numbers
    return columns


def _padded(part: Part, width: int) -> Part:
    more = width - part[1].shape[1]
    flat = ((0, 0), (0, more))
    return (
        np.pad(part[0], ((0, 0), *flat)),
        np.pad(part[1], flat),
        np.pad(part[2], flat),
        np.pad(part[3], flat),
        np.pad(part[4], flat),
    )
