"""How well vectors tell who will like an item that nobody has touched: a quick estimate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from lorewise.data.item_features import ItemFeatures
from lorewise.data.item_list import ScoredItems
from lorewise.data.primitives import Scores
from lorewise.evaluation.accuracy import PerUser, ndcg
from lorewise.evaluation.ranks import RankedTargets
from lorewise.pipeline.advising_cells import Cells
from lorewise.pipeline.advising_sample import Half, Round, Sample
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.search import coordinate_search

K = 20
"""Cutoff of the NDCG."""

BLOCK_WEIGHTS = (0.0, 0.1, 0.3, 1.0, 3.0)
RIDGES = (0.3, 1.0, 3.0, 10.0)
POPULARITY_WEIGHTS = (0.0, 0.1, 0.3, 1.0)
LEAST_GAIN = 0.001
"""A change must bring that much more NDCG, relatively; less is noise."""

RIDGE, POPULARITY = "ridge", "popularity"
"""Settings beside the weights of the blocks."""

PerHalf = tuple[PerUser, PerUser]


def quality_cells(sample: Sample, features: ItemFeatures) -> Cells:
    """Return each sampled user's NDCG at ``K`` on each group of held-out items.

    Block weights and ridge are chosen on one half of a round's items and judged on the other, both
    ways. ``features`` has a row per sampled item.

    Returns:
        Shape ``(n_users, n_groups)``, two groups a round; NaN where a user has nothing to be found.
    """
    blocks = KnowledgeSpace.of(features, len(sample.items)).features.blocks
    products = {name: block @ block.T for name, block in blocks.items()}
    trials = [Trials(held_out, products) for held_out in sample.rounds]
    judged = [it.per_half(it.best_on(1 - half))[half] for it in trials for half in (0, 1)]
    return np.stack(judged, axis=1)


@dataclass(frozen=True)
class Trials:
    """Settings tried in one round; each costs one small solve, however long the vectors are.

    The reading of cold items (see ``ColdColumns``) in its dual form: with K the inner products of
    the centered vectors, ``F_w inv(F_w' F_w + rho I) F_c' = inv(K_ww + rho I) K_wc``. The same
    matrix reads off how popular an item will be: knowledge is worth something there too.
    """

    held_out: Round
    products: Mapping[str, Scores]
    """Inner products of the items in each block; shape ``(n_sampled, n_sampled)``."""

    tried: dict[tuple[tuple[str, float], ...], PerHalf] = field(default_factory=dict)

    def best_on(self, half: int) -> Mapping[str, float]:
        """Return the settings with the highest mean on this half."""
        start = dict.fromkeys(self.products, 1.0) | {RIDGE: 1.0, POPULARITY: 0.1}
        grid: dict[str, Sequence[float]] = dict.fromkeys(self.products, BLOCK_WEIGHTS)
        grid |= {RIDGE: RIDGES, POPULARITY: POPULARITY_WEIGHTS}
        return coordinate_search(
            start, grid, lambda tried: _mean(self.per_half(tried)[half]), least_gain=LEAST_GAIN
        ).settings

    def per_half(self, settings: Mapping[str, float]) -> PerHalf:
        """Return each user's NDCG on either half."""
        key = tuple(sorted(settings.items()))
        if key not in self.tried:
            scores = self.scores(settings)
            first, second = (_per_user(scores, half) for half in self.held_out.halves)
            self.tried[key] = first, second
        return self.tried[key]

    def scores(self, settings: Mapping[str, float]) -> Scores:
        """Return the score of every sampled item for every user, NaN for those not held out."""
        cold = self.held_out.is_cold
        scores = np.full((len(self.held_out.reach), len(cold)), np.nan, dtype=np.float32)
        products, is_known = self._joined(settings)
        if is_known.any():
            near = _centered(products, ~cold)
            ridge = np.float32(settings[RIDGE]) * np.eye(int((~cold).sum()), dtype=np.float32)
            reader = linalg.solve(
                near[np.ix_(~cold, ~cold)] + ridge, near[np.ix_(~cold, cold)], assume_a="pos"
            )
            expected = settings[POPULARITY] * _standardized(self.held_out.popularity @ reader)
            scores[:, cold] = _standardized(self.held_out.reach @ reader) + expected
            scores[:, ~is_known] = np.nan
        return scores

    def _joined(self, settings: Mapping[str, float]) -> tuple[Scores, NDArray[np.bool_]]:
        """Return the cosines under these weights, and of which items anything is known."""
        n_items = len(self.held_out.is_cold)
        products = np.zeros((n_items, n_items), dtype=np.float32)
        for name, block in self.products.items():
            products += np.float32(settings[name]) * block
        lengths = np.sqrt(np.maximum(np.diagonal(products), 0))
        is_known = lengths > 0
        lengths = np.where(is_known, lengths, 1)
        return products / np.outer(lengths, lengths), is_known


def _centered(products: Scores, is_warm: NDArray[np.bool_]) -> Scores:
    """Return the inner products after the warm items' mean is taken from every vector."""
    means = products[:, is_warm].mean(axis=1)
    centered: Scores = products - means[:, None] - means[None, :] + means[is_warm].mean()
    return centered


def _standardized(scores: Scores) -> Scores:
    """Return each row with mean 0 and spread 1; zeros where all are alike."""
    deviations = scores - scores.mean(axis=-1, keepdims=True)
    spread = deviations.std(axis=-1, keepdims=True)
    standardized: Scores = deviations / np.where(spread > 0, spread, 1)
    return standardized


def _per_user(scores: Scores, half: Half) -> PerUser:
    scored = ScoredItems(half.places, np.ascontiguousarray(scores[:, half.places]))
    return ndcg(RankedTargets.from_scores(scored, half.targets), K)


def _mean(values: PerUser) -> float:
    return float(np.nanmean(values)) if not np.isnan(values).all() else 0.0
