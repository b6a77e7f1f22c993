"""How the places in the lists are spread over the catalog."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.item_list import RankedLists
from lorewise.data.primitives import ItemNumbers

POPULARITY_SHARES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
"""Shares of the catalog, most popular items first, at which the popularity curve is read."""


@dataclass(frozen=True)
class Exposure:
    """How many of the lists' first k places each item of the catalog took; adds up over batches."""

    counts: NDArray[np.int64]
    """Shape ``(n_items,)``, zeros for items that were never shown."""

    @classmethod
    def of(cls, lists: RankedLists, k: int, *, n_items: int) -> Self:
        """Return the exposure that the first ``k`` places of these lists give."""
        shown = lists.numbers[:, :k]
        return cls(np.bincount(shown[shown >= 0], minlength=n_items))

    @classmethod
    def total(cls, parts: Sequence[Self]) -> Self:
        """Return the exposure of all parts together."""
        return cls(np.sum([part.counts for part in parts], axis=0, dtype=np.int64))

    def coverage(self, catalog: ItemNumbers) -> float:
        """Return the share of the catalog that anyone was shown, from 0 to 1.

        ``catalog`` names the items that could have been shown.
        """
        return float(np.mean(self.counts[catalog] > 0))

    def gini(self, catalog: ItemNumbers) -> float:
        """Return how unequal the exposure is: 0 if equal, near 1 if one item took every place.

        Items of the catalog that nobody was shown count with 0.

        Source: Fleder and Hosanagar, Management Science 2009.

        >>> round(Exposure(np.array([0, 0, 0, 8])).gini(np.arange(4)), 9)
        0.75
        """
        counts = np.sort(self.counts[catalog]).astype(np.float64)
        n = len(counts)
        return float((2 * np.arange(1, n + 1) - n - 1) @ counts / (n * max(1.0, counts.sum())))

    def share(self, chosen: NDArray[np.bool_]) -> float:
        """Return the share of all places that the chosen items took; 0 if nothing was shown."""
        return float(self.counts[chosen].sum() / max(1, self.counts.sum()))


def popularity_curve(
    counts: NDArray[np.int64], popular_first: NDArray[np.int64]
) -> tuple[float, ...]:
    """Return the share of ``counts`` that the most popular items hold.

    One value, from 0 to 1, for each of ``POPULARITY_SHARES``; at least one item is counted.
    ``popular_first`` orders the items. All zeros if there are no counts.
    """
    held = np.cumsum(counts[popular_first]) / max(1, counts.sum())
    last = np.ceil(np.array(POPULARITY_SHARES) * len(held)).astype(np.int64) - 1
    return tuple(held[np.maximum(last, 0)].tolist())
