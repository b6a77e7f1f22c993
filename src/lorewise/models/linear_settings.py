"""What can be chosen about the linear models."""

import os
from dataclasses import dataclass
from math import ceil, inf
from typing import Literal

from lorewise.errors import SettingsError
from lorewise.models.ranges import check_above, check_choice, check_count, check_range

LOCAL_ABOVE = 5_000
"""Items above which ``auto`` solves item by item: there the n x n inverse starts to hurt."""

EXACT_BYTES = 5 * 4
"""What ``exact`` may take for each pair of items: five float32."""

LEAST_PULL, MOST_PULL = 1e-6, 1e9
"""A ridge of 0 leaves equations without a solution, one of infinity a model without a score."""


def free_bytes() -> float:
    """Return the machine's free memory in bytes; inf where the system does not tell."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (ValueError, OSError, AttributeError):  # not every system knows these names
        return inf


@dataclass(frozen=True, kw_only=True)
class LinearSettings:
    """Settings of ``linear`` (EASE with a knowledge prior)."""

    ridge: float = 100.0
    """Pull of every coefficient to 0, in events; 1e-6 to 1e9."""

    prior: float = 100.0
    """Pull of every coefficient to the text's own, in events; 0 to 1e9."""

    text_ridge: float = 1.0
    """Ridge of the text-to-text regression, in items; 1e-6 to 1e9."""

    cold_ridge: float = 1.0
    """Ridge of the regression that reads cold items' scores off their vectors; 1e-6 to 1e9."""

    knowledge_lift: float = 0.0
    """What the vectors say of a hardly known item counts that many times beside what its events
    say; 0 to 1e9. 0: the vectors speak for cold items alone, and through the prior."""

    trust_events: float = 30.0
    """Events of an item at which ``knowledge_lift`` counts half; 1e-6 to 1e9."""

    popularity_power: float = 0.0
    """Scores of an item are divided by its number of events, beside the mean, to this power; 0 to
    1. More serves the tail, at a price."""

    history_tau: float = inf
    """Likes after which an event of the history counts 1 / e, above 0; inf: all alike."""

    window: int = 1_000
    """A user's newest events that count as being together; at least 1."""

    solver: Literal["auto", "exact", "local"] = "auto"
    """One n x n solve, or one small ridge per item; auto: exact up to 5,000 items, if the
    memory for it is free."""

    n_predecessors: int = 80
    """Regressors of a column taken by co-occurrence in ``local``; at least 0. Dense data, where an
    item has met thousands of others, gain from some hundreds."""

    n_neighbors: int = 50
    """Regressors of a column taken by nearness of the text in ``local``; at least 0."""

    n_coefficients: int = 64
    """Coefficients of a column that ``local`` keeps; at least 1."""

    dislike_strength: float = 0.1
    """What a dislike takes from the nearest items beyond what a like would give, as a share of the
    most that any item gives; 1e-6 to 1e9."""

    def __post_init__(self) -> None:
        for name in ("ridge", "text_ridge", "cold_ridge", "trust_events", "dislike_strength"):
            check_range(self, name, LEAST_PULL, MOST_PULL)
        for name in ("prior", "knowledge_lift"):
            check_range(self, name, 0, MOST_PULL)
        check_range(self, "popularity_power", 0, 1)
        check_above(self, "history_tau", 0)
        check_choice(self, "solver", ("auto", "exact", "local"))
        check_count(self, "window", 1)
        check_count(self, "n_coefficients", 1)
        check_count(self, "n_predecessors", 0)
        check_count(self, "n_neighbors", 0)

    def is_local(self, n_items: int) -> bool:
        """Say which solver serves a catalog of this size, and this machine's free memory."""
        if self.solver != "auto":
            return self.solver == "local"
        return n_items > LOCAL_ABOVE or EXACT_BYTES * n_items**2 > free_bytes()


@dataclass(frozen=True, kw_only=True)
class SequentialLinearSettings(LinearSettings):
    """Settings of ``sequential_linear`` (next-item ridge on recency-weighted prefixes)."""

    ridge: float = 30.0
    """Pull of every coefficient to 0, in events; 1e-6 to 1e9."""

    history_tau: float = 4.0
    """Likes after which an event of the history counts 1 / e, above 0; inf: all alike."""

    window: int = 50
    """Steps back from a target that count in training; at least 1."""

    tau: float = 2.0
    """Steps back after which an item of a prefix counts 1 / e in training, above 0; inf: all
    alike."""

    max_targets: int = 200
    """A user's newest events that serve as targets; at least 1."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_above(self, "tau", 0)
        check_count(self, "max_targets", 1)


def ridge_too_small(ridge: float, largest: float) -> SettingsError:
    """Return the error for a system that rounding has left without a solution.

    ``largest`` is the largest entry of the Gram matrix, beside which the ridge must be seen.
    """
    enough = ceil(largest / 10_000)
    return SettingsError(
        f"ridge is {ridge:g}, too little beside sums of up to {largest:g} in 32-bit numbers, so "
        f"the equations have no solution; set ridge to {enough} or more"
    )
