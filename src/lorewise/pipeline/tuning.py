"""Choosing the linear models' settings and the weights of the knowledge blocks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from lorewise.data.primitives import Embeddings
from lorewise.encoders.facets import LORE
from lorewise.models.item_knowledge import ItemKnowledge
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings, SequentialLinearSettings
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.pipeline.cold_trials import ColdTrials
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.search import Found, coordinate_search
from lorewise.pipeline.validation import Validation

Report = Callable[[float], None]
"""Told the share of the stage that is done."""

RIDGES = (3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)
PRIORS = (0.0, 30.0, 100.0, 300.0)
TAUS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
HISTORY_TAUS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
HALF_LIVES = (1.0, 3.0, 7.0, 30.0, 90.0, 365.0, 3_650.0)
"""Days."""
BLOCK_WEIGHTS = (0.0, 0.1, 0.3, 1.0, 3.0)
COLD_RIDGES = (0.3, 1.0, 3.0, 10.0)
LEAST_GAIN = 0.001
"""A change must bring that much more NDCG, relatively; less is noise."""

LEAST_GAIN_OF_LORE = 0.01
"""Lore must bring that much more NDCG on new items, relatively, or none of it counts for them: the
best of many trials with any other words is a little better by luck."""


@dataclass(frozen=True)
class Tuned:
    """Chosen settings of one model, and in which vectors it thinks."""

    settings: LinearSettings
    block_weights: Mapping[str, float]
    quality: float
    """Validation NDCG at the cutoff of the validation that decided."""
    n_trials: int


def tune_sequential(
    events: Validation,
    space: KnowledgeSpace,
    choices: Sequence[Mapping[str, float]],
    report: Report,
    *,
    is_thorough: bool,
) -> Tuned:
    """Choose ``sequential_linear``'s settings by the events held out last.

    ``choices`` are block weights to begin with; ``is_thorough`` goes on to weigh every block.
    """
    best_quality, best_tau, n_fits = -1.0, 4.0, 0
    known: dict[tuple[tuple[str, float], ...], float] = {}
    latest: tuple[dict[str, float], ItemKnowledge] | None = None

    def quality_of(found: Mapping[str, float]) -> float:
        nonlocal best_quality, best_tau, n_fits, latest
        key = tuple(sorted(found.items()))
        if key in known:
            return known[key]
        settings, blocks = _sequential_settings(found), _blocks_of(found)
        if latest is None or latest[0] != blocks:  # most trials share them
            latest = blocks, ItemKnowledge.of(space.vectors(blocks), settings)
        fitted = SequentialLinearScorer.fit_knowing(events.train, latest[1], settings)
        n_fits += 1
        report(min(1.0, n_fits / 16))
        tau, quality = _best_history_tau(events, fitted, best_tau)
        if quality > best_quality * (1 + LEAST_GAIN):
            best_quality, best_tau = quality, tau
        known[key] = quality
        return quality

    start = {"tau": 2.0, "ridge": 30.0, "prior": 100.0 if space.names else 0.0}
    starts = [start | {f"block:{name}": w for name, w in blocks.items()} for blocks in choices]
    start = max(starts, key=quality_of) if len(starts) > 1 else starts[0]
    grid: dict[str, Sequence[float]] = {"tau": TAUS, "ridge": RIDGES}
    if space.names:
        grid |= {"prior": PRIORS}
    if is_thorough:
        grid |= {f"block:{name}": BLOCK_WEIGHTS for name in space.names}
    found = coordinate_search(start, grid, quality_of, rounds=2, least_gain=LEAST_GAIN)
    settings = replace(_sequential_settings(found.settings), history_tau=best_tau)
    return Tuned(settings, _blocks_of(found.settings), found.quality, n_fits)


def tune_cold(
    draws: Sequence[Validation], space: KnowledgeSpace, settings: LinearSettings, report: Report
) -> Tuned:
    """Choose block weights and the cold ridge of ``linear`` by ``draws`` of items held out.

    Without lore, unless lore pays.
    """
    trials = [_trials(items, space, settings) for items in draws]
    n_tried = 0

    def quality_of(found: Mapping[str, float]) -> float:
        nonlocal n_tried
        n_tried += 1
        report(min(1.0, n_tried / 30))
        blocks, rho = _blocks_of(found), found["cold_ridge"]
        return float(np.mean([draw.quality(blocks, rho) for draw in trials]))

    def best_with(names: Sequence[str]) -> Found:
        start = {f"block:{name}": float(name in names) for name in space.names}
        grid = {f"block:{name}": BLOCK_WEIGHTS for name in names} | {"cold_ridge": COLD_RIDGES}
        start |= {"cold_ridge": 1.0}
        return coordinate_search(start, grid, quality_of, rounds=2, least_gain=LEAST_GAIN)

    found = best_with(space.names)
    own = [name for name in space.names if not name.startswith(f"{LORE}.")]
    if 0 < len(own) < len(space.names):
        without = best_with(own)
        if found.quality < without.quality * (1 + LEAST_GAIN_OF_LORE):
            found = without
    chosen = replace(settings, cold_ridge=found.settings["cold_ridge"])
    return Tuned(chosen, _blocks_of(found.settings), found.quality, n_tried)


def _trials(items: Validation, space: KnowledgeSpace, settings: LinearSettings) -> ColdTrials:
    bare = np.zeros((items.n_items, 0), dtype=np.float32)
    return ColdTrials.of(items, LinearScorer.fit(items.train, bare, settings), space)


def tune_linear(events: Validation, vectors: Embeddings, report: Report) -> Tuned:
    """Choose ``linear``'s ridge, prior and recency by the events held out last."""
    knowledge, n_fits = ItemKnowledge.of(vectors, LinearSettings()), 0

    def quality_of(found: Mapping[str, float]) -> float:
        nonlocal n_fits
        n_fits += 1
        report(min(1.0, n_fits / 6))
        settings = LinearSettings(ridge=found["ridge"], prior=found["prior"])
        return events.quality(LinearScorer.fit_knowing(events.train, knowledge, settings))

    start = {"ridge": 100.0, "prior": 30.0 if vectors.shape[1] else 0.0}
    grid = {"ridge": (30.0, 100.0, 300.0, 1000.0), "prior": PRIORS if vectors.shape[1] else (0.0,)}
    found = coordinate_search(start, grid, quality_of, least_gain=LEAST_GAIN)
    settings = LinearSettings(
        ridge=found.settings["ridge"], prior=found.settings["prior"], history_tau=inf
    )
    return Tuned(settings, {}, found.quality, found.n_trials)


def tune_popularity(events: Validation) -> PopularitySettings:
    """Choose how fast fame fades by the events held out."""
    bare = np.zeros((events.n_items, 0), dtype=np.float32)

    def quality_of(settings: PopularitySettings) -> float:
        return events.quality(PopularityScorer.fit(events.train, bare, settings))

    return max((PopularitySettings(half_life_days=days) for days in HALF_LIVES), key=quality_of)


def _best_history_tau(
    events: Validation, fitted: SequentialLinearScorer, start: float
) -> tuple[float, float]:
    found = coordinate_search(
        {"tau": start},
        {"tau": HISTORY_TAUS},
        lambda settings: events.quality(fitted.with_history_tau(settings["tau"])),
    )
    return found.settings["tau"], found.quality


def _sequential_settings(found: Mapping[str, float]) -> SequentialLinearSettings:
    return SequentialLinearSettings(tau=found["tau"], ridge=found["ridge"], prior=found["prior"])


def _blocks_of(found: Mapping[str, float]) -> dict[str, float]:
    return {
        name.removeprefix("block:"): weight
        for name, weight in found.items()
        if name.startswith("block:")
    }
