"""Choosing how much knowledge adds to items that few people have met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lorewise.data.primitives import Scores
from lorewise.models.fusion import item_groups
from lorewise.pipeline.choice import Choice
from lorewise.pipeline.fusing import member_figures, warm_weights
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.pool import Pool
from lorewise.pipeline.validation import Validation
from lorewise.stages import Scorer

LIFTS = (0.0, 1.0, 2.0, 4.0, 8.0)

SPENT_ON_TAIL = 0.01
"""Share of the best NDCG that may go for more of the tail."""


@dataclass(frozen=True)
class Lifted:
    """One lift, and what validation says of it with the weights that suit it."""

    choice: Choice
    weights: Scores
    """For warm items, see ``warm_weights``."""

    quality: float
    """NDCG of all targets."""

    tail_recall: float

    members: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """See ``member_figures``."""

    def summary(self) -> dict[str, float]:
        """Return the figures."""
        return {
            "lift": self.choice.knowledge_lift,
            "ndcg": round(self.quality, 5),
            "tail_recall": round(self.tail_recall, 5),
        }


def tried_lifts(
    choice: Choice, members: Mapping[str, Scorer], events: Validation, space: KnowledgeSpace
) -> list[Lifted]:
    """Weigh the members under each lift, from 0 up to the first that costs too much.

    ``members`` were fitted to ``events.train`` without a lift. Where nothing is known of the items
    only 0 is tried.
    """
    tried: list[Lifted] = []
    knowledge = choice.knowledge(space) if space.names else {}
    for lift in LIFTS if space.names else LIFTS[:1]:
        lifted = choice.with_lift(lift).lifted(members, events.train, knowledge)
        tried.append(_weighed(choice.with_lift(lift), lifted, events))
        if tried[-1].quality < _least(tried):
            break
    return tried


def most_of_the_tail(tried: Sequence[Lifted]) -> Lifted:
    """Return the lift with most tail items found, of those that cost next to nothing."""
    affordable = [lifted for lifted in tried if lifted.quality >= _least(tried)]
    return max(affordable, key=lambda lifted: (lifted.tail_recall, lifted.quality))


def _least(tried: Sequence[Lifted]) -> float:
    return (1 - SPENT_ON_TAIL) * max(lifted.quality for lifted in tried)


def _weighed(choice: Choice, members: Mapping[str, Scorer], events: Validation) -> Lifted:
    groups = item_groups(events.train.item_counts)
    pool = Pool.of(events, list(members.values()), groups)
    weights = warm_weights(pool, list(members))
    figures = member_figures(pool, weights, list(members))
    return Lifted(choice, weights, pool.quality(weights), pool.tail_recall(weights), figures)
