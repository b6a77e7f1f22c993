"""What the data can and cannot support."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.clock import Clock
from lorewise.data.inspection.counts import Counts
from lorewise.data.inspection.finding import Support
from lorewise.data.inspection.texts import ENOUGH_DESCRIBED, Texts
from lorewise.data.splitting.temporal import time_cut
from lorewise.data.splitting.ties import tied_rows

FEWEST_TARGETS = 100
"""Users or items to judge on; with fewer the intervals are too wide to tell models apart."""

ENOUGH = 0.5
"""Share of users or rows that must have what a purpose needs."""

SHORTEST_SEQUENCE = 3
"""Events from which one can learn an order and still hold one out."""

NEIGHBOR_EVENTS = 5
"""Events with items that others have, too, from which users can be compared."""

FEWEST_NEIGHBORS = 20
"""Users to choose neighbors from."""

LONGEST_SCALE = 101
"""Different ratings on a scale that people know; more are counts or prices (0 to 100 is fine)."""

HELD_OUT_SHARE = 0.2
"""As in the protocols that hold out a share."""


@dataclass(frozen=True)
class Figures:
    """What the statements are decided by."""

    counts: Counts
    clock: Clock
    texts: Texts


def supports(dataset: Dataset, figures: Figures) -> tuple[Support, ...]:
    """Return one statement per purpose."""
    return (
        _sequential(dataset, figures.clock),
        _ratings(figures.counts),
        _cold_items(figures.counts, figures.texts),
        _temporal(dataset, figures.clock),
        _user_neighbors(dataset),
    )


def _share_of_active(dataset: Dataset, fewest: int, rows: NDArray[np.bool_]) -> float:
    """Return the share of users with interactions that have at least ``fewest`` of these rows."""
    n_active = len(np.unique(dataset.user_numbers))
    n_rows = np.bincount(dataset.user_numbers[rows], minlength=1)
    return float((n_rows >= fewest).sum() / max(1, n_active))


def _sequential(dataset: Dataset, clock: Clock) -> Support:
    purpose = "sequential models"
    if not clock.tells_order:
        reason = "no times tell the order; only if the file's rows are in the order of events"
        return Support(purpose, is_supported=False, reason=reason)
    share = _share_of_active(dataset, SHORTEST_SEQUENCE, ~tied_rows(dataset))
    reason = (
        f"{share:.0%} of the users have events at {SHORTEST_SEQUENCE} moments or more; "
        f"{clock.tied_share:.0%} of the events are tied with the one before"
    )
    return Support(purpose, share >= ENOUGH, reason)


def _ratings(counts: Counts) -> Support:
    reason = (
        f"{counts.rated_share:.0%} of the interactions have a rating, "
        f"{counts.n_ratings} different ones"
    )
    is_scale = 1 < counts.n_ratings <= LONGEST_SCALE
    return Support("rating prediction", counts.rated_share >= ENOUGH and is_scale, reason)


def _cold_items(counts: Counts, texts: Texts) -> Support:
    n_warm = counts.n_items - counts.n_cold_items
    reason = (
        f"{n_warm} items have interactions to hold out, and {texts.described_share:.0%} of the "
        "items have words to place them by"
    )
    enough = n_warm >= FEWEST_TARGETS / HELD_OUT_SHARE and texts.described_share >= ENOUGH_DESCRIBED
    return Support("cold-item evaluation", enough, reason)


def _temporal(dataset: Dataset, clock: Clock) -> Support:
    purpose = "temporal evaluation"
    if not clock.tells_order:
        return Support(purpose, is_supported=False, reason="no times to cut at")
    before = dataset.timestamps_s <= time_cut(dataset.timestamps_s, HELD_OUT_SHARE)
    users = dataset.user_numbers
    n_both = len(np.intersect1d(users[before], users[~before]))
    reason = (
        f"{n_both} of {dataset.n_users} users have events both among the latest "
        f"{HELD_OUT_SHARE:.0%} and before"
    )
    return Support(purpose, n_both >= FEWEST_TARGETS, reason)


def _user_neighbors(dataset: Dataset) -> Support:
    is_shared = dataset.item_counts[dataset.item_numbers] > 1
    share = _share_of_active(dataset, NEIGHBOR_EVENTS, is_shared)
    n_active = len(np.unique(dataset.user_numbers))
    reason = (
        f"{share:.0%} of {n_active} users have {NEIGHBOR_EVENTS} events or more with items that "
        "others have, too"
    )
    return Support("user-user neighbors", share >= ENOUGH and n_active >= FEWEST_NEIGHBORS, reason)
