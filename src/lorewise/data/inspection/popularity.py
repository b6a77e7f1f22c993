"""How much of the attention goes to how few items."""

from dataclasses import dataclass

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.finding import Finding
from lorewise.data.splitting.shares import floor_share

CONCENTRATED = 0.3
"""Share of the interactions from which the top hundredth rules the figures."""

SMALLEST_CATALOG = 100
"""With fewer items a single one is more than a hundredth."""


@dataclass(frozen=True, kw_only=True)
class PopularityShares:
    """The concentration of interactions on items, cold items included."""

    gini: float
    """From 0, all items alike, to nearly 1, one item has everything."""
    top_1_percent: float
    """Share of the interactions with the most popular hundredth of the items, at least one."""
    top_20_percent: float
    """Share of the interactions with the most popular fifth."""


def popularity_shares(dataset: Dataset) -> PopularityShares:
    """Return the concentration; all 0 without interactions."""
    rising = np.sort(dataset.item_counts)
    total, n_items = max(1, int(rising.sum())), max(1, len(rising))
    places = np.arange(1, len(rising) + 1)
    return PopularityShares(
        gini=float((2 * places - n_items - 1) @ rising / (n_items * total)),
        top_1_percent=float(rising[-max(1, floor_share(n_items, 0.01)) :].sum() / total),
        top_20_percent=float(rising[-max(1, floor_share(n_items, 0.2)) :].sum() / total),
    )


def popularity_findings(shares: PopularityShares, n_items: int) -> list[Finding]:
    """Return a note where a few items of a real catalog have much of the attention."""
    if n_items < SMALLEST_CATALOG or shares.top_1_percent < CONCENTRATED:
        return []
    return [
        Finding(
            "note",
            "concentrated popularity",
            f"{shares.top_1_percent:.0%} of the interactions are with 1 % of the items "
            f"(20 % have {shares.top_20_percent:.0%}, Gini {shares.gini:.2f})",
            "compare every model with plain popularity, and read the figures on tail items",
        )
    ]
