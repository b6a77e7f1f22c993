"""Learning how loud each member is where words are all that is known of a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.data.splitting.cold_users import cold_users, enough_share
from lorewise.models.fusion import FusionScorer, even_weights
from lorewise.pipeline.fusing import loudest, with_spoken
from lorewise.pipeline.pool import Pool
from lorewise.pipeline.spoken_tastes import spoken_tastes, words_alone
from lorewise.pipeline.validation import Validation
from lorewise.stages import Scorer

Encode = Callable[[Sequence[str]], Embeddings]
"""Places texts among the items, in the vectors of the member ``content``."""

IMPERSONAL: Final = "expected_popularity"

MOST_USERS = 500
DRAWS = 3
"""Sentences of each user: what three likes are about depends on which three."""

LOUDER = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0)

SPENT_ON_WORDS = 0.02
"""Share of the best NDCG that may go for more of the tail: who says what they want does not ask
for what everybody likes."""

UNHEARD: Final[Mapping[str, float]] = {"linear": 0.5, "content": 1.0, IMPERSONAL: 1.0}
"""Loudness where no sentences can be made up to learn from: what is said counts more than what
everybody likes, or words would seem to change nothing."""


WISH: Final[Mapping[str, float]] = {"content": 1.0, IMPERSONAL: 0.3}
"""Loudness where words are a wish and not a taste: what they are about counts, whoever says them,
and what people like decides between equals."""


def spoken_validation(
    dataset: Dataset, encode: Encode, rng: np.random.Generator, *, k: int
) -> Validation | None:
    """Return some users who leave the data and say what they like; None if nobody can.

    Their sentences are made of the themes of three items they like. They are to be answered with
    what else they like; these three are hidden as if they had been met.
    """
    share = enough_share(len(np.unique(dataset.user_numbers)))
    parted = cold_users(dataset, rng=rng, n_revealed=0, share=share)
    users = rng.permutation(parted.target_users)[:MOST_USERS]
    tastes = spoken_tastes(dataset, np.repeat(users, DRAWS), rng)
    if tastes is None:
        return None
    return Validation(
        train=parted.train,
        queries=replace(tastes.said, text_vectors=encode(tastes.sentences)),
        targets=tastes.targets,
        candidates=np.flatnonzero(parted.train.item_counts).astype(np.int32),
        k=k,
    )


def spoken_pool(validation: Validation, fusion: FusionScorer) -> Pool:
    """Return what the members say when they hear the words alone."""
    hearers = [_Hearer(member, fusion) for member in fusion.members.values()]
    pool = Pool.of(validation, hearers, fusion.groups)
    return replace(pool, bins=np.zeros_like(pool.bins))


def spoken_weights(pool: Pool | None, names: Sequence[str]) -> Scores:
    """Return the members' weights for empty histories; shape as ``warm_weights``."""
    if pool is None:
        return _of(UNHEARD, names)
    best = loudest(pool, names, IMPERSONAL)
    least = (1 - SPENT_ON_WORDS) * pool.quality(best)
    tried = [_louder(best, names, factor) for factor in LOUDER]
    affordable = [weights for weights in tried if pool.quality(weights) >= least]
    return max(affordable, key=pool.tail_recall)


def wish_weights(weights: Scores, names: Sequence[str]) -> Scores:
    """Return the weights with those for empty histories set to answer wishes."""
    return with_spoken(weights, _of(WISH, names))


def _of(loudness: Mapping[str, float], names: Sequence[str]) -> Scores:
    each = np.array([loudness.get(name, 0.0) for name in names], dtype=np.float32)
    return even_weights(names) * each[:, None, None]


def _louder(weights: Scores, names: Sequence[str], factor: float) -> Scores:
    """Return the weights with all that looks at the person that much louder."""
    is_personal = np.array([name != IMPERSONAL for name in names])
    return weights * np.where(is_personal, np.float32(factor), np.float32(1))[:, None, None]


@dataclass(frozen=True)
class _Hearer:
    """A member as part of the fusion, deaf to histories."""

    member: Scorer
    fusion: FusionScorer

    def score_catalog(self, queries: Queries) -> Scores:
        return self.member.score_catalog(self.fusion.heard(words_alone(queries)))
