"""How wrong a net was about what came next.

Imports PyTorch; import this module only where a net is trained.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lorewise.data.primitives import ItemNumbers
from lorewise.models.neural_precision import short_type

NEGATIVE_POWER = 0.75
"""Items are drawn by their count to this power: often met ones are the hardest to tell apart."""


def target_weights(item_counts: NDArray[np.int64], power: float) -> Tensor:
    """Return what an event of each item counts: its events to minus ``power``; ``(n_items,)``.

    So that rare items are learned as much as their number deserves; all events together count as
    many as they are. Items without events count 1.

    Source: inverse propensity weighting (Schnabel et al., ICML 2016), the propensity of an item
    taken as a power of its count (Yang et al., RecSys 2018).
    """
    counts = np.maximum(item_counts, 1).astype(np.float64)
    weights = counts**-power
    total = float((item_counts * weights).sum())
    weights *= item_counts.sum() / total if total else 1
    weights[item_counts == 0] = 1
    return torch.from_numpy(weights.astype(np.float32))


ROWS_AT_ONCE = 256
"""Events whose logits over all items are held at a time: few enough to stay in the cache."""


def full_loss(
    states: Tensor, table: Tensor, targets: Tensor, weights: Tensor | None = None
) -> Tensor:
    """Return the mean cross-entropy over all items, each target times its weight.

    ``states`` has shape ``(n, dim)``, ``table`` ``(n_items, dim)``, ``targets`` and ``weights``
    ``(n,)``. Products of single precision are taken in ``short_type``, sums are not.
    """
    each = states.new_ones(len(states)) if weights is None else weights
    loss: Tensor = _FullLoss.apply(states, table, targets, each)
    return loss


class _FullLoss(torch.autograd.Function):  # type: ignore[misc]  # untyped in PyTorch
    """The loss and its gradients in one pass, so that no logits are kept."""

    @staticmethod
    def forward(
        ctx: Any,  # noqa: ANN401  PyTorch's own
        states: Tensor,
        table: Tensor,
        targets: Tensor,
        weights: Tensor,
    ) -> Tensor:
        kind = short_type() if states.dtype == torch.float32 else states.dtype
        short_states, short_table = states.to(kind), table.to(kind)
        items_last = short_table.T.contiguous()
        to_states, to_table = torch.empty_like(states), torch.zeros_like(table)
        total = 0.0
        for start in range(0, len(states), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            wanted, counts = targets[part, None], weights[part, None]
            logits = (short_states[part] @ items_last).to(states.dtype)
            logs = torch.logsumexp(logits, dim=1, keepdim=True)
            total += float((counts * (logs - logits.gather(1, wanted))).sum())
            errors = logits.sub_(logs).exp_()
            errors.scatter_add_(1, wanted, torch.full_like(logs, -1))
            short_errors = errors.mul_(counts).to(kind)
            to_states[part] = short_errors @ short_table
            to_table += short_errors.T @ short_states[part]
        ctx.save_for_backward(to_states.div_(len(states)), to_table.div_(len(states)))
        return states.new_tensor(total / len(states))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:  # noqa: ANN401  PyTorch's own
        to_states, to_table = ctx.saved_tensors
        return gradients[0] * to_states, gradients[0] * to_table, None, None


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
    states: Tensor,
    target_rows: Tensor,
    drawn_rows: Tensor,
    targets: Tensor,
    drawn: DrawnItems,
    weights: Tensor | None = None,
) -> Tensor:
    """Return the mean cross-entropy over the target and the drawn items, times the weights.

    Drawn items count for as many as they stand for, and never for the target, which is there for
    certain: so the sum in the denominator is right on average.

    Source: Yi et al., RecSys 2019, equation 3, with the target itself left uncorrected.
    """
    own = (states * target_rows).sum(dim=1, keepdim=True)
    others = states @ drawn_rows.T - torch.from_numpy(drawn.log_expected)
    is_target = targets[:, None] == torch.from_numpy(drawn.items)
    others = others.masked_fill(is_target, -torch.inf)
    total = torch.logsumexp(torch.cat([own, others], dim=1), dim=1)
    losses = total - own[:, 0]
    return losses.mean() if weights is None else (losses * weights).mean()
