"""Trains the wide and deep ranker.

Imports PyTorch; import this module only where a ranker is trained.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lorewise.data.primitives import Scores
from lorewise.models.candidate_lists import CandidateLists
from lorewise.models.wide_deep_inputs import (
    CELLS,
    crossed,
    fused_scores,
    item_rows,
    standardized,
)
from lorewise.models.wide_deep_settings import WideDeepSettings

Weights = dict[str, Tensor]
ASKED_AT_ONCE = 1_000


def trained(
    lists: CandidateLists, scale: tuple[Scores, Scores], settings: WideDeepSettings
) -> dict[str, Scores]:
    """Return the weights by name, at the epoch at which the lists kept out were best."""
    learned_from, asked = (_Ready.of(part, lists, scale) for part in lists.parted())
    rng = np.random.default_rng(settings.seed)
    weights = _initial(learned_from, lists, settings, rng)
    for weight in weights.values():
        weight.requires_grad_(requires_grad=True)
    optimizer = torch.optim.AdamW(
        weights.values(), lr=settings.learning_rate, weight_decay=settings.weight_decay
    )
    generator = torch.Generator().manual_seed(settings.seed)
    best, best_gain, n_worse = _arrays(weights), _gain(weights, asked, settings), 0
    for _ in range(settings.max_epochs):
        for batch in _batches(len(learned_from.items), settings, rng):
            optimizer.zero_grad()
            part = learned_from.part(batch)
            scores = _scores(weights, part, settings.dropout, generator)
            _loss(scores, part).backward()
            optimizer.step()
        gain = _gain(weights, asked, settings)
        n_worse = 0 if gain > best_gain else n_worse + 1
        if gain > best_gain:
            best, best_gain = _arrays(weights), gain
        if n_worse >= settings.patience:
            break
    return best


@dataclass(frozen=True)
class _Ready:
    """Lists as tensors, a row per list."""

    numbers: Tensor
    cells: Tensor
    items: Tensor
    fused: Tensor
    is_real: Tensor
    is_target: Tensor

    @classmethod
    def of(
        cls, part: CandidateLists, whole: CandidateLists, scale: tuple[Scores, Scores]
    ) -> "_Ready":
        rows, items = part.evidence.rows, part.evidence.items
        n_rows = int(whole.evidence.items.max()) + 2
        return cls(
            torch.from_numpy(standardized(rows, *scale)),
            torch.from_numpy(crossed(rows)),
            torch.from_numpy(item_rows(items, n_rows)),
            torch.from_numpy(fused_scores(rows).copy()),
            torch.from_numpy(part.evidence.is_real),
            torch.from_numpy(part.is_target),
        )

    def part(self, chosen: Tensor | slice) -> "_Ready":
        return _Ready(*(value[chosen] for value in vars(self).values()))


def _initial(
    ready: _Ready, lists: CandidateLists, settings: WideDeepSettings, rng: np.random.Generator
) -> Weights:
    n_columns, n_ranks = ready.numbers.shape[2], ready.cells.shape[2]
    n_in, hidden = n_columns + settings.item_dim, settings.hidden

    def drawn(*shape: int) -> Tensor:
        scale = np.sqrt(2 / shape[0])
        return torch.from_numpy((scale * rng.normal(size=shape)).astype(np.float32))

    return {
        "fused": torch.ones(()),
        "wide": torch.zeros(n_ranks, CELLS),
        # Zeros: an item that no list holds is never moved, so that it adds nothing.
        "items": torch.zeros(int(lists.evidence.items.max()) + 2, settings.item_dim),
        "first": drawn(n_in, hidden),
        "first_bias": torch.zeros(hidden),
        "second": drawn(hidden, hidden),
        "second_bias": torch.zeros(hidden),
        "last": torch.zeros(hidden, 1),
    }


def _batches(n_lists: int, settings: WideDeepSettings, rng: np.random.Generator) -> list[Tensor]:
    order = torch.from_numpy(rng.permutation(n_lists))
    return list(torch.split(order, settings.batch_lists))


def _scores(
    weights: Weights, part: _Ready, dropout: float, generator: torch.Generator | None
) -> Tensor:
    """Return the scores; what is forgotten is drawn from the generator, nothing without one."""
    own = functional.embedding(part.items, weights["items"])
    own = own * _kept(own[:, :, :1], dropout, generator)
    hidden = torch.cat([part.numbers, own], dim=2)
    hidden = torch.relu(hidden @ weights["first"] + weights["first_bias"])
    hidden = hidden * _kept(hidden, dropout, generator)
    hidden = torch.relu(hidden @ weights["second"] + weights["second_bias"])
    deep = (hidden @ weights["last"])[:, :, 0]
    ranks = range(part.cells.shape[2])
    wide = sum(weights["wide"][at][part.cells[:, :, at]] for at in ranks)
    scores: Tensor = weights["fused"] * part.fused + wide + deep
    return scores.masked_fill(~part.is_real, -torch.inf)


def _kept(like: Tensor, dropout: float, generator: torch.Generator | None) -> Tensor | float:
    if generator is None or dropout == 0:
        return 1.0
    return (torch.rand(like.shape, generator=generator) >= dropout) / (1 - dropout)


def _loss(scores: Tensor, part: _Ready) -> Tensor:
    chances = torch.log_softmax(scores, dim=1)
    return -chances[part.is_target].mean()


def _gain(weights: Weights, asked: _Ready, settings: WideDeepSettings) -> float:
    """Return the mean NDCG of the lists."""
    parts = range(0, len(asked.items), ASKED_AT_ONCE)
    with torch.no_grad():
        scores = torch.cat(
            [_scores(weights, asked.part(slice(at, at + ASKED_AT_ONCE)), 0, None) for at in parts]
        )
    n_places = min(settings.cutoff, scores.shape[1])
    hits = torch.gather(asked.is_target, 1, torch.topk(scores, n_places, dim=1).indices)
    discounts = 1 / torch.log2(torch.arange(n_places) + 2.0)
    n_targets = asked.is_target.sum(dim=1).clamp(max=n_places)
    ideal = torch.cumsum(discounts, 0)[n_targets - 1]
    return float(((hits * discounts).sum(dim=1) / ideal).mean())


def _arrays(weights: Weights) -> dict[str, Scores]:
    return {name: weight.detach().numpy().copy() for name, weight in weights.items()}
