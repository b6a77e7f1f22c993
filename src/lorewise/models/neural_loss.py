"""How wrong a net was about what came next.

Imports PyTorch; import this module only where a net is trained.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from lorewise.data.primitives import ItemNumbers

NEGATIVE_POWER = 0.75
"""Items are drawn by their count to this power: often met ones are the hardest to tell apart."""


def full_loss(states: Tensor, table: Tensor, targets: Tensor) -> Tensor:
    """Return the mean cross-entropy over all items.

    ``states`` has shape ``(n, dim)``, ``table`` ``(n_items, dim)``, ``targets`` ``(n,)``.
    """
    return functional.cross_entropy(states @ table.T, targets)


@dataclass(frozen=True)
class DrawnItems:
    """Items drawn to stand for all others."""

    items: NDArray[np.int64]
    """Shape ``(n_drawn,)``; repeats are possible."""

    log_expected: NDArray[np.float32]
    """Log of how often each was to be expected among them; shape ``(n_drawn,)``."""

    @classmethod
    def of(cls, item_counts: NDArray[np.int64], n_drawn: int, rng: np.random.Generator) -> Self:
        """Draw items, those with more events more often."""
        ends = np.cumsum(item_counts.astype(np.float64) ** NEGATIVE_POWER)
        items = np.searchsorted(ends, rng.random(n_drawn) * ends[-1], side="right")
        items = np.minimum(items, len(ends) - 1)
        shares = np.diff(ends, prepend=0.0)[items] / ends[-1]
        return cls(items, np.log(n_drawn * shares).astype(np.float32))

    @classmethod
    def mixed(
        cls,
        targets: ItemNumbers,
        shares: NDArray[np.float64],
        n_drawn: int,
        rng: np.random.Generator,
    ) -> Self:
        """Take the targets of a batch, then draw ``n_drawn`` items that are all alike likely.

        ``shares`` says how likely each item is to be a target; shape ``(n_items,)``.

        Source: Yang et al., WWW Companion 2020, for both kinds together.
        """
        items = np.concatenate([targets, rng.integers(0, len(shares), n_drawn)]).astype(np.int64)
        expected = len(targets) * shares[items] + n_drawn / len(shares)
        return cls(items, np.log(expected).astype(np.float32))

    @classmethod
    def alike(cls, n_items: int, n_drawn: int, rng: np.random.Generator) -> Self:
        """Draw items that are all alike likely, each to count once as often as it is drawn."""
        items = rng.integers(0, n_items, n_drawn)
        return cls(items, np.zeros(n_drawn, dtype=np.float32))


def sampled_loss(
    states: Tensor, target_rows: Tensor, drawn_rows: Tensor, targets: Tensor, drawn: DrawnItems
) -> Tensor:
    """Return the mean cross-entropy over the target and the drawn items.

    Drawn items count for as many as they stand for, and never for the target, which is there for
    certain: so the sum in the denominator is right on average.

    Source: Yi et al., RecSys 2019, equation 3, with the target itself left uncorrected.
    """
    own = (states * target_rows).sum(dim=1, keepdim=True)
    others = states @ drawn_rows.T - torch.from_numpy(drawn.log_expected)
    is_target = targets[:, None] == torch.from_numpy(drawn.items)
    others = others.masked_fill(is_target, -torch.inf)
    total = torch.logsumexp(torch.cat([own, others], dim=1), dim=1)
    return (total - own[:, 0]).mean()
