"""Rows that say again what another row said."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.counts import pair_keys
from lorewise.data.inspection.finding import Finding

MANY_LOST = 0.5
"""Share of the rows that can never be predicted from which the data are misread."""


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """How often the same thing is said twice."""

    n_repeats: int
    """Rows whose (user, item) pair an earlier row has."""
    n_lost_repeats: int
    """Those of them whose earlier row forbids recommending the item again."""
    n_duplicates: int
    """Rows that equal another in every column; 0 without times, where none can be told."""


def repeats(dataset: Dataset) -> Repeats:
    """Return how often pairs and whole rows are repeated."""
    pairs = pair_keys(dataset)
    in_order = np.argsort(pairs, kind="stable")
    again = np.diff(pairs[in_order]) == 0
    before = in_order[:-1][again]
    return Repeats(
        n_repeats=int(again.sum()),
        n_lost_repeats=int((~dataset.repeatable[before]).sum()),
        n_duplicates=_n_duplicates(dataset) if dataset.has_times else 0,
    )


def _n_duplicates(dataset: Dataset) -> int:
    rows = pl.DataFrame(
        {
            "user": dataset.user_numbers,
            "item": dataset.item_numbers,
            "time": dataset.timestamps_s,
            "weight": dataset.weights,
            "rating": dataset.ratings,
            "repeatable": dataset.repeatable,
        }
    )
    return rows.height - rows.n_unique()


def repeat_findings(found: Repeats, n_interactions: int) -> list[Finding]:
    """Return what is odd about the repetition."""
    findings = []
    if found.n_duplicates:
        findings.append(
            Finding(
                "warning",
                "duplicate rows",
                f"{found.n_duplicates} of {n_interactions} rows equal another in every column",
                "drop them if one event was delivered twice: they count twice in every model",
            )
        )
    if found.n_lost_repeats:
        findings.append(
            Finding(
                "warning" if found.n_lost_repeats > MANY_LOST * n_interactions else "note",
                "repeated pairs of user and item",
                f"{found.n_repeats} of {n_interactions} rows have a pair that an earlier row has; "
                f"after {found.n_lost_repeats} of these the item is not recommended again",
                "where people do come back to an item (music, groceries, devices), mark such "
                "events as repeatable; otherwise these rows can never be predicted",
            )
        )
    return findings
