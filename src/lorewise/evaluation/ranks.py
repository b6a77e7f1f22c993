"""At which rank each held-out item would have been shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.item_list import RankedLists, ScoredItems
from lorewise.data.primitives import Offsets, Scores
from lorewise.evaluation.targets import Targets

NEVER = int(np.iinfo(np.int32).max)
"""The rank of a target that no list of any length would show."""


def target_ranks(scores: Scores, offsets: Offsets, columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each target's rank among its query's candidates, 1 for the best.

    Pessimistic: every item with the same score counts as ahead of the target, so a model gains
    nothing by scoring all alike.

    Args:
        scores: Shape ``(n_queries, n_candidates)``; NaN where the item is no candidate for the
            query (it is in the history) or the model knows nothing of it.
        offsets: Query q owns targets ``offsets[q]:offsets[q + 1]``; shape ``(n_queries + 1,)``.
        columns: The column of each target, -1 if it has none; shape ``(n_targets,)``.

    Returns:
        Shape ``(n_targets,)``; ``NEVER`` for a target without column or score.

    >>> scores = np.array([[0.5, 0.9, 0.5, np.nan]], dtype=np.float32)
    >>> ranks = target_ranks(scores, np.array([0, 3]), np.array([0, 1, 3]))
    >>> ranks[:2].tolist(), bool(ranks[2] == NEVER)
    ([3, 1], True)
    """
    from lorewise.evaluation.ranks_kernels import count_at_or_above

    counts = np.zeros(len(columns), dtype=np.int64)
    count_at_or_above(
        np.ascontiguousarray(scores), offsets.astype(np.int64), columns.astype(np.int64), counts
    )
    counts[counts == 0] = NEVER
    return counts


def n_scored(scores: Scores) -> NDArray[np.int64]:
    """Return how many candidates of each query have a score; shape ``(n_queries,)``."""
    counts: NDArray[np.int64] = np.sum(~np.isnan(scores), axis=1, dtype=np.int64)
    return counts


@dataclass(frozen=True, kw_only=True)
class RankedTargets:
    """The ranks of many queries' targets end to end; all that the accuracy metrics need."""

    offsets: Offsets
    """Query q owns targets ``offsets[q]:offsets[q + 1]``; shape ``(n_queries + 1,)``."""

    ranks: NDArray[np.int64]
    """From 1; ``NEVER`` where no list would show the target; shape ``(n_targets,)``."""

    others_ahead: NDArray[np.int64]
    """Scored candidates, no targets themselves, that stand ahead of each target or tie with it;
    shape ``(n_targets,)``."""

    n_others: NDArray[np.int64]
    """Scored candidates that are no targets; 0 if unknown; shape ``(n_queries,)``."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @classmethod
    def from_scores(cls, scored: ScoredItems, targets: Targets) -> Self:
        """Return the ranks that the scores give, ties counted against the target.

        A target that is not among the candidates is never shown.
        """
        columns = _columns(scored, targets)
        ranks = target_ranks(scored.scores, targets.offsets, columns)
        shown = ranks < NEVER
        n_shown = np.bincount(targets.query_numbers[shown], minlength=len(targets))
        n_others = n_scored(scored.scores) - n_shown
        ahead = ranks - _within(targets.offsets, ranks)
        return cls(
            offsets=targets.offsets,
            ranks=ranks,
            others_ahead=np.where(shown, ahead, n_others[targets.query_numbers]),
            n_others=n_others,
        )

    @classmethod
    def from_lists(cls, lists: RankedLists, targets: Targets) -> Self:
        """Return the places of the targets in the lists; ``NEVER`` beyond their ends.

        For rankers whose order no score explains. What lies beyond a list is unknown, so that
        ``others_ahead`` and ``n_others`` are 0 and the area under the curve is undefined.
        """
        matches = lists.numbers[targets.query_numbers] == targets.item_numbers[:, None]
        found = matches.any(axis=1)
        return cls(
            offsets=targets.offsets,
            ranks=np.where(found, matches.argmax(axis=1) + 1 if matches.size else 0, NEVER),
            others_ahead=np.zeros(len(found), dtype=np.int64),
            n_others=np.zeros(len(targets), dtype=np.int64),
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the queries of all parts, in that order."""
        lengths = np.concatenate([np.diff(part.offsets) for part in parts])
        return cls(
            offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            ranks=np.concatenate([part.ranks for part in parts]),
            others_ahead=np.concatenate([part.others_ahead for part in parts]),
            n_others=np.concatenate([part.n_others for part in parts]),
        )

    @property
    def n_targets(self) -> NDArray[np.int64]:
        """Targets per query; shape ``(n_queries,)``."""
        return np.diff(self.offsets)

    @property
    def query_numbers(self) -> NDArray[np.int64]:
        """The query that each target belongs to; shape ``(n_targets,)``."""
        return np.repeat(np.arange(len(self)), self.n_targets)

    @property
    def targets_within(self) -> NDArray[np.int64]:
        """How many targets of the same query have this rank or a better one; itself included."""
        return _within(self.offsets, self.ranks)

    def only(self, chosen: NDArray[np.bool_]) -> Self:
        """Return the same queries with these targets alone; shape of the mask ``(n_targets,)``.

        Ranks stay: the others were still there to be recommended.
        """
        counts = np.bincount(self.query_numbers[chosen], minlength=len(self))
        return type(self)(
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            ranks=self.ranks[chosen],
            others_ahead=self.others_ahead[chosen],
            n_others=self.n_others,
        )


def _columns(scored: ScoredItems, targets: Targets) -> NDArray[np.int64]:
    """Return the column of each target among the candidates, -1 if it is none of them."""
    if not len(scored.numbers):
        return np.full(len(targets.item_numbers), -1)
    places = np.searchsorted(scored.numbers, targets.item_numbers)
    places = np.minimum(places, len(scored.numbers) - 1)
    return np.where(scored.numbers[places] == targets.item_numbers, places, -1)


def _within(offsets: Offsets, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count, for each rank, the ranks of the same query that are not worse."""
    queries = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    keys = queries * (NEVER + 1) + ranks
    return np.searchsorted(np.sort(keys), keys, side="right") - offsets[queries]
