"""How much of everything there is."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.finding import Finding

MOST_DISLIKES = 0.5
"""From this share on, most of the data say what not to recommend."""


@dataclass(frozen=True)
class Spread:
    """How a count spreads over those that have any; all 0 where nobody has."""

    median: float
    p90: float
    """Nine of ten are at or below."""
    max: int

    @classmethod
    def of(cls, counts: NDArray[np.int64]) -> Self:
        """Return the spread of the counts above 0."""
        above = counts[counts > 0]
        if len(above) == 0:
            return cls(0.0, 0.0, 0)
        return cls(float(np.median(above)), float(np.percentile(above, 90)), int(above.max()))


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Sizes and shares of the whole dataset.

    Event types are read into weights and leave no other trace in a ``Dataset``; ``n_weights``
    says how many strengths there are.
    """

    n_users: int
    n_idle_users: int
    """Users without interactions."""
    n_items: int
    n_cold_items: int
    """Items without interactions."""
    n_interactions: int
    density: float
    """Share of all (user, item) pairs that occur; from 0 to 1."""
    events_per_user: Spread
    events_per_item: Spread
    dislike_share: float
    """Share of interactions with a weight below 0."""
    rated_share: float
    """Share of interactions with a rating."""
    n_ratings: int
    """Different ratings given."""
    n_weights: int
    """Different weights; 1 where an event says no more than that it happened."""
    repeatable_share: float
    """Share of interactions after which the item may be recommended again."""


def pair_keys(dataset: Dataset) -> NDArray[np.int64]:
    """Return a number per row that rows share if they have the same user and item."""
    return dataset.user_numbers.astype(np.int64) * max(1, dataset.n_items) + dataset.item_numbers


def count(dataset: Dataset) -> Counts:
    """Return the sizes and shares."""
    events_per_user = np.diff(dataset.offsets)
    given = dataset.ratings[~np.isnan(dataset.ratings)]
    n_rows = max(1, dataset.n_interactions)
    n_cells = max(1, dataset.n_users * dataset.n_items)
    return Counts(
        n_users=dataset.n_users,
        n_idle_users=int((events_per_user == 0).sum()),
        n_items=dataset.n_items,
        n_cold_items=int((dataset.item_counts == 0).sum()),
        n_interactions=dataset.n_interactions,
        density=len(np.unique(pair_keys(dataset))) / n_cells,
        events_per_user=Spread.of(events_per_user),
        events_per_item=Spread.of(dataset.item_counts),
        dislike_share=float((dataset.weights < 0).sum() / n_rows),
        rated_share=len(given) / n_rows,
        n_ratings=len(np.unique(given)),
        n_weights=len(np.unique(dataset.weights)),
        repeatable_share=float(dataset.repeatable.sum() / n_rows),
    )


def count_findings(counts: Counts) -> list[Finding]:
    """Return what is odd about the sizes."""
    findings = []
    if counts.n_interactions == 0:
        findings.append(
            Finding(
                "problem",
                "no interactions",
                f"0 interactions of {counts.n_users} users with {counts.n_items} items",
                "check that the right file was read; with items alone only content models work",
            )
        )
    if counts.dislike_share >= MOST_DISLIKES:
        findings.append(
            Finding(
                "warning",
                "mostly dislikes",
                f"{counts.dislike_share:.0%} of the interactions have a weight below 0",
                "check the scale: ratings below the middle are read as dislikes, and few of "
                "these may be meant",
            )
        )
    return findings
