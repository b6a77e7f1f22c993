"""From a dataset to a fitted scorer: encode, choose on held-out parts, fit on everything."""

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from math import isfinite
from typing import Any

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings
from lorewise.data.splitting.cold_items import cold_mixed
from lorewise.data.splitting.last_item import last_item
from lorewise.encoders.blocks import BlockSettings, Dense, FittedBlocks, encode_items
from lorewise.encoders.vector_cache import default_cache
from lorewise.models.content import ContentScorer, ContentSettings
from lorewise.models.expected_popularity import (
    ExpectedPopularityScorer,
    ExpectedPopularitySettings,
)
from lorewise.models.fusion import FusionScorer, even_weights, item_groups
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings, SequentialLinearSettings
from lorewise.models.registry import model_class, settings_class
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.pipeline.fusing import (
    cold_factor,
    cold_weights,
    joined_weights,
    warm_weights,
    without_history,
)
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.pool import Pool
from lorewise.pipeline.tuning import Tuned, tune_cold, tune_linear, tune_sequential
from lorewise.pipeline.validation import Validation
from lorewise.stages import CatalogScorer, Scorer

Progress = Callable[[str, float], None]
"""Told the stage in words and the share done, from 0 to 1."""

LEAST_USERS = 50
"""Users with three events, or items with events, below which nothing can be validated."""

VALIDATION_USERS = {"fast": 10_000, "balanced": 20_000, "best": 30_000}
"""How many users each effort asks while choosing."""

EVENTS_CUTOFF, ITEMS_CUTOFF = 10, 20

MEMBERS = ("sequential_linear", "linear", "content", "expected_popularity")


@dataclass(frozen=True, kw_only=True)
class FittedScorer:
    """A scorer, the knowledge it was fitted on, and how it was chosen."""

    scorer: CatalogScorer
    blocks: FittedBlocks
    block_weights: Mapping[str, float]
    """Of the vectors in which words are compared with items."""
    vectors: Embeddings
    """The items under these weights; unit rows; ``(n_items, dim)``."""
    summary: Mapping[str, Any] = field(default_factory=dict)
    """Counts, chosen settings, validation figures; JSON values."""


@dataclass(frozen=True)
class Choice:
    """What validation has settled: the fusion can be fitted on any part of the data with it."""

    sequential: Tuned
    linear: Tuned
    cold: Tuned

    def members(self, dataset: Dataset, space: KnowledgeSpace) -> dict[str, Scorer]:
        """Fit all members with the chosen settings."""
        own = space.vectors(self.sequential.block_weights)
        known = space.vectors(self.cold.block_weights)
        settings = replace(self.linear.settings, cold_ridge=self.cold.settings.cold_ridge)
        sequential = self.sequential.settings
        if not isinstance(sequential, SequentialLinearSettings):
            raise TypeError(f"settings {sequential!r} are not those of sequential_linear")
        return {
            "sequential_linear": SequentialLinearScorer.fit(dataset, own, sequential),
            "linear": LinearScorer.fit(dataset, known, settings),
            "content": ContentScorer.fit(dataset, known, ContentSettings()),
            "expected_popularity": ExpectedPopularityScorer.fit(
                dataset, known, ExpectedPopularitySettings()
            ),
        }


def fit_scorer(
    dataset: Dataset,
    *,
    algorithm: str | None = None,
    effort: str = "fast",
    seed: int = 42,
    progress: Progress | None = None,
    dense: Dense = "auto",
) -> FittedScorer:
    """Return the default fusion, or one algorithm alone, chosen on held-out parts of the data.

    Args:
        dataset: What may be learned from.
        algorithm: A name of the models' table, ``fusion`` or None for the fusion.
        effort: ``fast``, ``balanced`` or ``best``: how many users are asked while choosing.
        seed: Of the held-out parts.
        progress: Told what is being done.
        dense: Encoder of meaning; ``none`` leaves the texts to TF-IDF.

    Raises:
        SettingsError: There is no such algorithm.
    """
    tell = progress or _silence
    started = time.perf_counter()
    if algorithm not in (None, "fusion"):
        model_class(algorithm)  # an unknown name is refused before any work
    tell("encoding the items", 0.0)
    blocks = encode_items(dataset, BlockSettings(dense=dense), cache=default_cache())
    space = KnowledgeSpace.of(blocks.features, dataset.n_items)
    if algorithm in (None, "fusion", "linear", "sequential_linear"):
        fitted = _fit_chosen(dataset, space, algorithm, effort, seed, tell)
    else:
        fitted = _fit_plain(dataset, space, algorithm)
    scorer, weights, summary = fitted
    tell("done", 1.0)
    about = {
        "n_users": dataset.n_users,
        "n_items": dataset.n_items,
        "n_cold_items": int((dataset.item_counts == 0).sum()),
        "n_interactions": dataset.n_interactions,
        "dataset_fingerprint": dataset.fingerprint,
        "algorithm": algorithm or "fusion",
        "effort": effort,
        "seed": seed,
        "warnings": [str(warning) for warning in blocks.warnings],
        "fit_s": round(time.perf_counter() - started, 2),
    }
    return FittedScorer(
        scorer=scorer,
        blocks=blocks,
        block_weights=weights,
        vectors=space.vectors(weights),
        summary=about | summary,
    )


Fitted = tuple[CatalogScorer, Mapping[str, float], dict[str, Any]]


def _fit_plain(dataset: Dataset, space: KnowledgeSpace, algorithm: str) -> Fitted:
    weights = dict.fromkeys(space.names, 1.0)
    settings = settings_class(algorithm)()
    scorer = model_class(algorithm).fit(dataset, space.vectors(weights), settings)
    return scorer, weights, {"settings": json_ready(asdict(settings))}


def _fit_chosen(
    dataset: Dataset,
    space: KnowledgeSpace,
    algorithm: str | None,
    effort: str,
    seed: int,
    tell: Progress,
) -> Fitted:
    events, items = _validations(dataset, VALIDATION_USERS[effort], seed)
    choice = _choose(events, items, space, tell, is_thorough=effort != "fast")
    tell("fitting on everything", 0.85)
    members = choice.members(dataset, space)
    summary = _summary(choice)
    if algorithm in ("linear", "sequential_linear"):
        return members[algorithm], choice.cold.block_weights, summary
    weights, qualities = _weigh(choice, events, items, space, tell)
    fusion = FusionScorer(members, weights, item_groups(dataset.item_counts))
    summary["weights"] = {
        name: np.round(weight, 3).tolist() for name, weight in zip(members, weights, strict=True)
    }
    return fusion, choice.cold.block_weights, summary | {"validation": qualities}


def _validations(
    dataset: Dataset, n_users: int, seed: int
) -> tuple[Validation | None, Validation | None]:
    """Return held-out events and held-out items; None where there are too few to learn from."""
    rng = np.random.default_rng(seed)
    events = items = None
    if (np.diff(dataset.offsets) >= 3).sum() >= LEAST_USERS:  # noqa: PLR2004  as last_item does
        events = Validation.of(last_item(dataset), rng, n_users=n_users, k=EVENTS_CUTOFF)
        warm = np.flatnonzero(events.train.item_counts).astype(np.int32)
        events = replace(events, candidates=warm)
    if (dataset.item_counts > 0).sum() >= LEAST_USERS:
        split = cold_mixed(dataset, rng=rng)
        items = Validation.of(split, rng, n_users=n_users, k=ITEMS_CUTOFF)
    return events, items


def _choose(
    events: Validation | None,
    items: Validation | None,
    space: KnowledgeSpace,
    tell: Progress,
    *,
    is_thorough: bool,
) -> Choice:
    plain = dict.fromkeys(space.names, 1.0)
    cold = Tuned(LinearSettings(), plain, 0.0, 0)
    if items is not None and space.names:
        only = replace(items, candidates=_cold(items))
        cold = tune_cold(
            only, space, LinearSettings(), _part(tell, "weighing the knowledge", 0.05, 0.2)
        )
    sequential = Tuned(SequentialLinearSettings(), plain, 0.0, 0)
    linear = Tuned(LinearSettings(), plain, 0.0, 0)
    if events is not None:
        linear = tune_linear(
            events,
            space.vectors(cold.block_weights),
            _part(tell, "choosing what goes together", 0.2, 0.3),
        )
        sequential = tune_sequential(
            events,
            space,
            _block_choices(space, cold.block_weights),
            _part(tell, "choosing what comes next", 0.3, 0.7),
            is_thorough=is_thorough,
        )
    return Choice(sequential, linear, cold)


def _block_choices(space: KnowledgeSpace, chosen: Mapping[str, float]) -> list[Mapping[str, float]]:
    """Return the weights that suit cold items, all alike, and meaning alone; without repeats."""
    alike = dict.fromkeys(space.names, 1.0)
    meaning = {name: float(name.endswith(".dense")) for name in space.names}
    choices: list[Mapping[str, float]] = []
    for weights in (dict(chosen), alike, meaning):
        if weights not in choices and (not weights or any(weights.values())):
            choices.append(weights)
    return choices


def _weigh(
    choice: Choice,
    events: Validation | None,
    items: Validation | None,
    space: KnowledgeSpace,
    tell: Progress,
) -> tuple[np.ndarray, dict[str, float]]:
    names, weights, qualities = MEMBERS, even_weights(MEMBERS), {}
    if events is not None:
        tell("weighing the models", 0.7)
        fitted = choice.members(events.train, space)
        pool = Pool.of(events, list(fitted.values()), item_groups(events.train.item_counts))
        weights = warm_weights(pool, names)
        qualities["events_ndcg@10"] = round(pool.quality(weights), 5)
    if items is not None and space.names:
        tell("weighing what is known of new items", 0.8)
        fitted = choice.members(items.train, space)
        groups = item_groups(items.train.item_counts)
        only = replace(items, candidates=_cold(items))
        pool = Pool.of(only, list(fitted.values()), groups)
        cold = cold_weights(pool, names, "linear")
        qualities["cold_items_ndcg@20"] = round(pool.quality(cold), 5)
        share = items.targets.lengths.sum() / (
            items.targets.lengths.sum() + items.queries.lengths.sum()
        )
        trial = FusionScorer(fitted, joined_weights(weights, cold, 1.0), groups)
        factor = cold_factor(trial, items, float(share))
        qualities["cold_factor"] = round(factor, 4)
        weights = joined_weights(weights, cold, factor)
    return without_history(weights, names), qualities


def _cold(items: Validation) -> np.ndarray:
    """Return the items that were held out: only these are ranked among themselves."""
    return np.unique(items.targets.item_numbers).astype(np.int32)


def _summary(choice: Choice) -> dict[str, Any]:
    return {
        "settings": {
            "sequential_linear": json_ready(asdict(choice.sequential.settings)),
            "linear": json_ready(asdict(choice.linear.settings)),
            "sequential_blocks": dict(choice.sequential.block_weights),
            "knowledge_blocks": dict(choice.cold.block_weights),
            "cold_ridge": choice.cold.settings.cold_ridge,
        },
        "n_trials": {
            "sequential_linear": choice.sequential.n_trials,
            "linear": choice.linear.n_trials,
            "knowledge": choice.cold.n_trials,
        },
    }


def json_ready(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings with infinities in words, which JSON lacks."""
    return {
        name: str(value) if isinstance(value, float) and not isfinite(value) else value
        for name, value in settings.items()
    }


def _part(tell: Progress, stage: str, start: float, stop: float) -> Callable[[float], None]:
    return lambda share: tell(stage, start + (stop - start) * share)


def _silence(_stage: str, _share: float) -> None:
    """Tell nobody."""
