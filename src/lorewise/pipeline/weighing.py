"""Learning the weights of the fusion: of warm items, of cold ones, and for words alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.encoders.blocks import FittedBlocks
from lorewise.models.fusion import FusionScorer, even_weights, item_groups
from lorewise.pipeline.choice import MEMBERS, Choice, Progress, part
from lorewise.pipeline.fusing import cold_factor, for_all, joined_weights, loudest, with_spoken
from lorewise.pipeline.hearing import spoken_pool, spoken_validation, spoken_weights
from lorewise.pipeline.held_out import EVENTS_CUTOFF, HeldOut
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.learning_to_rank import RANKERS_BY_EFFORT, Learned, learned
from lorewise.pipeline.lifting import Lifted, most_of_the_tail, tried_lifts
from lorewise.pipeline.pool import Pool
from lorewise.pipeline.validation import Validation
from lorewise.stages import Scorer


@dataclass(frozen=True)
class Weighing:
    """What the members count for, after a last choice about them."""

    choice: Choice
    """With the lift that was chosen."""

    weights: Scores
    """See ``FusionScorer``."""

    figures: dict[str, Any]
    """Of the validation; JSON values."""

    learned: Learned = field(default_factory=Learned)
    """What orders the fusion's candidates, if anything does it better than the weights."""

    nets: dict[str, Scorer] = field(default_factory=dict)
    """Trained to choose the weights by."""


@dataclass(frozen=True)
class Weigher:
    """Fits the chosen members to what is left of the training data, and asks the rest."""

    dataset: Dataset
    held_out: HeldOut
    blocks: FittedBlocks
    space: KnowledgeSpace
    seed: int
    effort: str = "fast"

    def weigh(self, choice: Choice, tell: Progress) -> Weighing:
        """Choose the lift and the weights of all user bins and item groups."""
        tell("weighing the models", 0.7)
        found = self._warm(choice, tell)
        if self.space.names:
            tell("weighing what is known of new items", 0.8)
            found = self._with_cold(found)
        tell("weighing what people say", 0.85)
        return self._with_spoken(found)

    def _warm(self, choice: Choice, tell: Progress) -> Weighing:
        events = self.held_out.events
        if events is None:
            return Weighing(choice, even_weights(choice.names), {})
        members = choice.members(events.train, self.space, part(tell, "training nets", 0.7, 0.8))
        choice = choice.with_nets_of(members)
        tried = tried_lifts(choice, members, events, self.space)
        best = most_of_the_tail(tried)
        found = self._learned(best, members, events)
        figures = {
            "events_ndcg@10": round(best.quality, 5),
            "lifts": [lifted.summary() for lifted in tried],
            "members": best.members,
        }
        if found.figures:
            figures["ranker"] = found.figures
        nets = {name: members[name] for name in choice.names if name not in MEMBERS}
        return Weighing(best.choice, best.weights, figures, found, nets)

    def _learned(self, best: Lifted, members: dict[str, Scorer], events: Validation) -> Learned:
        """Try what may order the candidates; ``members`` were fitted without the lift."""
        names = RANKERS_BY_EFFORT[self.effort]
        if not names:
            return Learned()
        knowledge = best.choice.knowledge(self.space) if self.space.names else {}
        lifted = best.choice.lifted(members, events.train, knowledge)
        groups = item_groups(events.train.item_counts)
        return learned(FusionScorer(lifted, best.weights, groups), events, names, self.seed)

    def _with_cold(self, found: Weighing) -> Weighing:
        items = self.held_out.items
        if items is None:
            return found
        fitted = found.choice.closed_forms(items.train, self.space)
        groups = item_groups(items.train.item_counts)
        pool = Pool.of(items.among_targets(), list(fitted.values()), groups)
        cold = for_all(found.choice.names, loudest(pool, MEMBERS, "linear"))
        n_held_out, n_known = items.targets.lengths.sum(), items.queries.lengths.sum()
        # The nets may stay as they are, for what they say of these items counts for nothing.
        trial = FusionScorer(fitted | found.nets, joined_weights(found.weights, cold, 1.0), groups)
        factor = cold_factor(trial, items, float(n_held_out / (n_held_out + n_known)))
        figures = {
            "cold_items_ndcg@20": round(pool.quality(cold[: len(MEMBERS)]), 5),
            "cold_factor": round(factor, 4),
        }
        weights = joined_weights(found.weights, cold, factor)
        return replace(found, weights=weights, figures=found.figures | figures)

    def _with_spoken(self, found: Weighing) -> Weighing:
        words = self._words(found.choice)
        if words is None:
            spoken = spoken_weights(None, MEMBERS)
            weights = with_spoken(found.weights, for_all(found.choice.names, spoken))
            return replace(found, weights=weights)
        fitted = found.choice.closed_forms(words.train, self.space)
        groups = item_groups(words.train.item_counts)
        pool = spoken_pool(words, FusionScorer(fitted, found.weights[: len(MEMBERS)], groups))
        spoken = spoken_weights(pool, MEMBERS)
        figures = {"sentences_ndcg@10": round(pool.quality(spoken), 5)}
        weights = with_spoken(found.weights, for_all(found.choice.names, spoken))
        return replace(found, weights=weights, figures=found.figures | figures)

    def _words(self, choice: Choice) -> Validation | None:
        """Return sentences to be answered; None where there are too few people or no themes."""
        if self.held_out.events is None or not self.space.names:
            return None
        known = choice.cold.block_weights

        def placed(texts: Sequence[str]) -> Embeddings:
            return self.space.placed(self.blocks.encode_text(texts), known, len(texts))

        rng = np.random.default_rng(self.seed)
        return spoken_validation(self.dataset, placed, rng, k=EVENTS_CUTOFF)
