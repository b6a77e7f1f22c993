"""Held-out parts of the training data, on which everything that can be chosen is chosen."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import ItemNumbers, UserNumbers
from lorewise.data.queries import Queries
from lorewise.data.splitting.partition import Split
from lorewise.evaluation.accuracy import ndcg
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.targets import Targets
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.stages import CatalogScorer


@dataclass(frozen=True, kw_only=True)
class Validation:
    """What a fitted model is asked, and what should come first."""

    train: Dataset
    """What the models that are judged here may learn from."""

    queries: Queries
    """The users' histories."""

    targets: Targets
    """What they chose next; a row per query."""

    candidates: ItemNumbers
    """What is ranked."""

    k: int
    """Cutoff of the NDCG that decides."""

    @classmethod
    def of(cls, split: Split, rng: np.random.Generator, *, n_users: int, k: int) -> Self:
        """Take at most ``n_users`` of the split's target users, at random."""
        users = split.target_users
        if len(users) > n_users:
            users = np.sort(rng.choice(users, n_users, replace=False)).astype(np.int32)
        everything = np.arange(split.train.n_items, dtype=np.int32)
        return cls(
            train=split.train,
            queries=split.history.queries(users),
            targets=targets_of(split, users),
            candidates=everything if split.candidates is None else split.candidates,
            k=k,
        )

    @property
    def n_items(self) -> int:
        """Items in the catalog."""
        return self.train.n_items

    def first(self, n_queries: int) -> Self:
        """Return it with the first queries alone: numbers follow a hash, so a slice is fair."""
        return self.part(0, n_queries)

    def part(self, start: int, stop: int) -> Self:
        """Return it with queries ``start`` to ``stop - 1`` alone."""
        queries, targets = self.queries.part(start, stop), self.targets.part(start, stop)
        return replace(self, queries=queries, targets=targets)

    def among_targets(self) -> Self:
        """Return it with those items alone as candidates that are somebody's target."""
        return replace(self, candidates=np.unique(self.targets.item_numbers).astype(np.int32))

    def per_user(self, scorer: CatalogScorer) -> NDArray[np.float64]:
        """Return the NDCG at ``k`` of each query."""
        parts = []
        for start, stop in batches(self.queries, self.n_items):
            scored = scored_candidates(scorer, self.queries.part(start, stop), self.candidates)
            parts.append(
                ndcg(RankedTargets.from_scores(scored, self.targets.part(start, stop)), self.k)
            )
        return np.concatenate(parts)

    def quality(self, scorer: CatalogScorer) -> float:
        """Return the mean NDCG at ``k``."""
        return float(np.nanmean(self.per_user(scorer)))


def targets_of(split: Split, users: UserNumbers) -> Targets:
    """Return what was held out of these users, in their order."""
    held_out = split.held_out
    place = np.full(held_out.n_users, -1, dtype=np.int64)
    place[users] = np.arange(len(users))
    rows = place[held_out.user_numbers]
    kept = rows >= 0
    return Targets.of(
        rows[kept],
        held_out.item_numbers[kept],
        n_queries=len(users),
        untied=~split.tied[kept],
    )
