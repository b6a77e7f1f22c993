"""The parts of the training data by which everything is chosen."""

from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.row_order import rows_tell_time
from lorewise.data.splitting.cold_items import cold_items, cold_mixed
from lorewise.data.splitting.last_item import last_item
from lorewise.data.splitting.partition import Split
from lorewise.data.splitting.random_share import random_share
from lorewise.data.splitting.temporal import temporal
from lorewise.errors import DataError
from lorewise.pipeline.validation import Validation

LEAST_USERS = 50
"""Users with three events, or items with events, below which nothing can be validated."""

VALIDATION_USERS = {"fast": 10_000, "balanced": 20_000, "best": 30_000}
"""How many users each effort asks while choosing."""

HoldOut = Literal["last-item", "temporal"]
"""What choices are made by: the last events of users (a random share where rows are in no order of
time), or all that came after one moment, as it is for whoever is asked today; the former too where
there is too little of the latter."""

LATEST = 0.1
"""Share of the events that are held out after a moment."""

EVENTS_CUTOFF, ITEMS_CUTOFF = 10, 20

COLD_DRAWS = 3
"""Draws of cold items over which the blocks of knowledge are weighed: one alone is mostly luck."""


@dataclass(frozen=True)
class HeldOut:
    """What users did last, and items held out whole; None where there is too little of it."""

    events: Validation | None
    """The last event of each user; a share of them at random where rows are in no order."""

    items: Validation | None
    """A fifth of the items."""

    cold_items: tuple[Validation, ...]
    """Such fifths, drawn anew each time, ranked among themselves; empty where ``items`` is None."""

    is_later: bool = False
    """Whether ``events`` all came after one moment."""

    @classmethod
    def of(cls, dataset: Dataset, effort: str, seed: int, hold_out: HoldOut = "last-item") -> Self:
        """Hold out both, each by a split of its own; see ``HoldOut``."""
        rng = np.random.default_rng(seed)
        n_users = VALIDATION_USERS[effort]
        events = items = later = None
        cold: tuple[Validation, ...] = ()
        if (np.diff(dataset.offsets) >= 3).sum() >= LEAST_USERS:  # noqa: PLR2004  as last_item does
            in_order = rows_tell_time(dataset)
            later = _later(dataset) if hold_out == "temporal" else None
            parted = later or (last_item(dataset) if in_order else random_share(dataset, rng=rng))
            events = Validation.of(parted, rng, n_users=n_users, k=EVENTS_CUTOFF)
            warm = np.flatnonzero(events.train.item_counts).astype(np.int32)
            events = replace(events, candidates=warm)
        if (dataset.item_counts > 0).sum() >= LEAST_USERS:
            split = cold_mixed(dataset, rng=rng)
            items = Validation.of(split, rng, n_users=n_users, k=ITEMS_CUTOFF)
            splits = [cold_items(dataset, rng=rng) for _ in range(COLD_DRAWS)]
            cold = tuple(
                Validation.of(split, rng, n_users=n_users, k=ITEMS_CUTOFF) for split in splits
            )
        return cls(events, items, cold, is_later=later is not None)


def _later(dataset: Dataset) -> Split | None:
    """Return what came after a moment; None where too few people were there before and after."""
    try:
        found = temporal(dataset, share=LATEST)
    except DataError:  # no times, or all at once
        return None
    return found if len(found.target_users) >= LEAST_USERS else None
