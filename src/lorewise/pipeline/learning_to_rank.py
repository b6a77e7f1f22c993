"""Training a ranker over the fusion's candidates, and whether it deserves to be used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lorewise.errors import MissingExtraError
from lorewise.evaluation.significance import holm, paired_difference
from lorewise.evaluation.targets import Targets
from lorewise.models.candidate_lists import CandidateLists
from lorewise.models.candidate_rankers import CandidateRanker, ranker_class
from lorewise.models.evidence import Evidence
from lorewise.models.fusion import FusionScorer
from lorewise.models.item_facts import ItemFacts
from lorewise.models.learned_fusion import LearnedFusionScorer, vectors_of
from lorewise.pipeline.scoring import batches
from lorewise.pipeline.validation import Validation

RANKERS_BY_EFFORT = {
    "fast": (),
    "balanced": ("lambdarank",),
    "best": ("lambdarank", "wide_deep"),
}
"""Which rankers each effort tries."""

LEAST_LISTS = 200
"""Lists with something taken from them, below which no ranker is trained."""

SURPRISE = 0.05
"""A ranker whose lead over the linear fusion may be chance with this probability is not used."""


@dataclass(frozen=True)
class Learned:
    """The ranker to be used, if any deserves it."""

    name: str | None = None
    ranker: CandidateRanker | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    """Of the judging half; JSON values. Empty where nothing was tried."""

    tried: Mapping[str, CandidateRanker] = field(default_factory=dict)
    """All that were trained, by name."""

    def over(self, fusion: FusionScorer, facts: ItemFacts) -> FusionScorer:
        """Return the fusion with the ranker on top; the fusion itself without one."""
        if self.name is None or self.ranker is None:
            return fusion
        return LearnedFusionScorer.over(fusion, facts, self.name, self.ranker)


def learned(fusion: FusionScorer, events: Validation, names: Sequence[str], seed: int) -> Learned:
    """Train the rankers of these names on half of the users, and let the other half judge.

    ``fusion`` was fitted to ``events.train``, so that no candidate's score knows what was taken. A
    ranker is used if it beats the linear fusion there, by a paired test that is corrected for how
    many were tried, and is no worse than the best member.
    """
    if not names:
        return Learned()
    middle = len(events.queries) // 2
    lists = candidate_lists(fusion, events.part(0, middle))
    figures: dict[str, Any] = {"n_lists": len(lists)}
    if len(lists) < LEAST_LISTS:
        why = f"{len(lists)} lists hold what was taken, fewer than {LEAST_LISTS}"
        return Learned(figures=figures | {"used": "linear", "why": why})
    rankers, missing = _trained(lists, names)
    judged = judge(fusion, rankers, events.part(middle, len(events.queries)), seed)
    used, why = _verdict(judged)
    if missing:
        why = "; ".join([*missing.values(), why] if rankers else missing.values())
    figures |= {"judged": judged, "used": used or "linear", "why": why}
    return Learned(used, rankers.get(used or ""), figures, rankers)


def candidate_lists(fusion: FusionScorer, events: Validation) -> CandidateLists:
    """Return the candidates of all queries of which something was taken."""
    facts, vectors = ItemFacts.of(events.train), vectors_of(fusion)
    found, taken = [], []
    for start, stop in batches(events.queries, events.n_items * len(fusion.members)):
        queries = events.queries.part(start, stop)
        evidence = Evidence.of(fusion.opinions(queries), queries, facts, vectors)
        is_target = _are_targets(evidence, events.targets.part(start, stop), events.n_items)
        has_some = np.asarray(is_target.any(axis=1))
        found.append(evidence.only(has_some))
        taken.append(is_target[has_some])
    return CandidateLists(evidence=Evidence.joined(found), is_target=np.concatenate(taken))


def judge(
    fusion: FusionScorer, rankers: dict[str, CandidateRanker], events: Validation, seed: int
) -> dict[str, dict[str, float]]:
    """Return the NDCG of the fusion, its best member and each ranker, and the rankers' p-values.

    JSON values, by name; p-values are those of a difference from the linear fusion.
    """
    facts = ItemFacts.of(events.train)
    linear = events.per_user(fusion)
    best = max(float(np.nanmean(events.per_user(m))) for m in fusion.members.values())
    gains = {
        name: events.per_user(LearnedFusionScorer.over(fusion, facts, name, ranker))
        for name, ranker in rankers.items()
    }
    p_values = holm(
        [paired_difference(g, linear, np.random.default_rng(seed)).p_value for g in gains.values()]
    )
    figures = {
        "linear": {"ndcg": round(float(np.nanmean(linear)), 5)},
        "best_member": {"ndcg": round(best, 5)},
    }
    for (name, gain), p_value in zip(gains.items(), p_values, strict=True):
        figures[name] = {"ndcg": round(float(np.nanmean(gain)), 5), "p_value": round(p_value, 5)}
    return figures


def _trained(
    lists: CandidateLists, names: Sequence[str]
) -> tuple[dict[str, CandidateRanker], dict[str, str]]:
    """Return the rankers by name, and of those whose package is missing what to do about it."""
    rankers, missing = {}, {}
    for name in names:
        kind = ranker_class(name)
        try:
            rankers[name] = kind.fit(lists, kind.settings_class())
        except MissingExtraError as error:
            missing[name] = str(error)
    return rankers, missing


def _verdict(judged: dict[str, dict[str, float]]) -> tuple[str | None, str]:
    """Return the best ranker that deserves to be used, if any, and why."""
    bar = max(judged["linear"]["ndcg"], judged["best_member"]["ndcg"])
    better = {
        name: figures["ndcg"]
        for name, figures in judged.items()
        if figures.get("p_value", 1.0) < SURPRISE and figures["ndcg"] >= bar
    }
    if not better:
        return None, "no learned ranker is better beyond chance on the users that judge"
    return max(better, key=lambda name: better[name]), "better on the users that judge"


def _are_targets(evidence: Evidence, targets: Targets, n_items: int) -> NDArray[np.bool_]:
    keys = np.arange(len(evidence.items))[:, None] * n_items + evidence.items
    wanted = targets.query_numbers * n_items + targets.item_numbers
    return np.asarray(np.isin(keys, wanted) & evidence.is_real)
