"""Parts of the held-out interactions that deserve figures of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.evaluation.accuracy import accuracy, mean_over_users
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.targets import Targets
from lorewise.evaluation.training_counts import TrainingCounts

FEW_EVENTS, MANY_EVENTS = 5, 20


@dataclass(frozen=True)
class ActivityBounds:
    """Where the users' groups by activity end."""

    few: int
    """Sparse users have at most this many events in training."""

    many: int
    """Regular users have more than ``few`` and at most this many; active users more."""

    @classmethod
    def of(cls, n_events: NDArray[np.int64]) -> Self:
        """Return 5 and 20, or the terciles of ``n_events`` if no user has as few as 5.

        >>> ActivityBounds.of(np.array([3, 30]))
        ActivityBounds(few=5, many=20)
        >>> ActivityBounds.of(np.array([20, 30, 40, 50, 60, 70]))
        ActivityBounds(few=36, many=53)
        """
        if not len(n_events) or n_events.min() <= FEW_EVENTS:
            return cls(FEW_EVENTS, MANY_EVENTS)
        few, many = np.quantile(n_events, [1 / 3, 2 / 3])
        return cls(int(few), int(many))

    def stated(self) -> dict[str, dict[str, float]]:
        """Return the bounds by slice, both ends included, to stand in the report.

        >>> ActivityBounds(5, 20).stated()["regular_users"]
        {'min_events': 6.0, 'max_events': 20.0}
        """
        return {
            "sparse_users": {"max_events": float(self.few)},
            "regular_users": {"min_events": self.few + 1.0, "max_events": float(self.many)},
            "active_users": {"min_events": self.many + 1.0},
        }


def slices(
    targets: Targets,
    n_events: NDArray[np.int64],
    counts: TrainingCounts,
    bounds: ActivityBounds,
) -> dict[str, NDArray[np.bool_]]:
    """Return which targets belong to each slice; the key is the slice's name in reports.

    A slice of users holds all targets of these users. ``tail_items`` holds all that are not
    ``head_items``, so it includes ``cold_items``. ``untied`` is absent where nobody knows.

    Args:
        targets: The held-out items.
        n_events: Training events of each query's user; shape ``(n_queries,)``.
        counts: The training data's counts of items.
        bounds: Which users are sparse, regular and active.
    """
    events = n_events[targets.query_numbers]
    chosen = {
        "head_items": counts.is_head[targets.item_numbers],
        "tail_items": counts.is_tail[targets.item_numbers],
        "cold_items": counts.is_cold[targets.item_numbers],
        "sparse_users": events <= bounds.few,
        "regular_users": (events > bounds.few) & (events <= bounds.many),
        "active_users": events > bounds.many,
    }
    return chosen if targets.untied is None else chosen | {"untied": targets.untied}


def slice_metrics(
    ranked: RankedTargets, chosen: Mapping[str, NDArray[np.bool_]], ks: tuple[int, ...]
) -> dict[str, dict[str, float]]:
    """Return the mean metrics of each slice, computed as if its targets were the only ones.

    Users without a target in the slice do not count. Recall in ``tail_items`` is thus the share
    of a user's tail targets that were found. ``n_users`` and ``n_targets`` say how many there
    are; undefined means are left out, so an empty slice has only these two.
    """
    return {name: _of_one(ranked.only(mask), ks) for name, mask in chosen.items()}


def _of_one(ranked: RankedTargets, ks: tuple[int, ...]) -> dict[str, float]:
    """Return the means of one slice."""
    means = {name: mean_over_users(values) for name, values in accuracy(ranked, ks).items()}
    sizes = {
        "n_users": float(np.count_nonzero(ranked.n_targets)),
        "n_targets": float(len(ranked.ranks)),
    }
    return sizes | {name: mean for name, mean in means.items() if not np.isnan(mean)}
