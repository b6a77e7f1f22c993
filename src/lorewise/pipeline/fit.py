"""From a dataset to a fitted scorer: encode, choose on held-out parts, fit on everything."""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings
from lorewise.data.row_order import rows_tell_time
from lorewise.encoders.blocks import BlockSettings, Dense, FittedBlocks
from lorewise.encoders.vector_cache import default_cache
from lorewise.models.fusion import FusionScorer, item_groups
from lorewise.models.item_facts import ItemFacts
from lorewise.models.learned_fusion import LearnedFusionScorer
from lorewise.models.neural_extra import is_torch_installed
from lorewise.models.registry import model_class
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.pipeline.catalog_blocks import encode_catalog
from lorewise.pipeline.choice import EPOCHS_BY_EFFORT, Choice, Progress, choose, json_ready, part
from lorewise.pipeline.held_out import HeldOut, HoldOut
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.tuned_settings import SettingsByAlgorithm, settings_of
from lorewise.pipeline.weighing import Weigher
from lorewise.stages import CatalogScorer, Scorer


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


def fit_scorer(  # noqa: PLR0913  one argument per choice of a caller
    dataset: Dataset,
    *,
    algorithm: str | None = None,
    effort: str = "fast",
    seed: int = 42,
    progress: Progress | None = None,
    dense: Dense | BlockSettings = "auto",
    tuned: SettingsByAlgorithm | None = None,
    hold_out: HoldOut = "last-item",
) -> FittedScorer:
    """Return the default fusion, or one algorithm alone, chosen on held-out parts of the data.

    Args:
        dataset: What may be learned from.
        algorithm: A name of the models' table, ``fusion`` or None for the fusion.
        effort: ``fast``, ``balanced`` or ``best``: how many users are asked while choosing, and
            from ``balanced`` on nets and learned rankers join in, where their extras are installed.
        seed: Of the held-out parts.
        progress: Told what is being done.
        dense: Encoder of meaning, or all settings of the encoding; ``none`` leaves the texts to
            TF-IDF.
        tuned: Settings by algorithm; where there are none, those that are chosen here, or the
            defaults. The fusion always chooses its own.
        hold_out: What the choices are made by, see ``HoldOut``. By what came after a moment, what
            is popular of late joins the fusion.

    Raises:
        SettingsError: There is no such algorithm, or no such setting of it.
    """
    tell = progress or _silence
    started = time.perf_counter()
    if algorithm not in (None, "fusion"):
        model_class(algorithm)  # an unknown name is refused before any work
    blocks, space = _encoded(dataset, dense, tell)
    plan = _Plan(dataset, algorithm or "fusion", effort, seed, tell, hold_out)
    given = (tuned or {}).get(plan.algorithm)
    if given is None and plan.algorithm in ("fusion", "linear", "sequential_linear"):
        fitted = _fit_chosen(plan, blocks, space)
    else:
        fitted = _fit_plain(plan, space, settings_of(plan.algorithm, given or {}))
    tell("done", 1.0)
    about = {"algorithm": plan.algorithm, "effort": effort, "seed": seed}
    return _described(dataset, fitted, blocks, space, about, started)


def refit_scorer(
    dataset: Dataset,
    earlier: CatalogScorer,
    summary: Mapping[str, Any],
    *,
    progress: Progress | None = None,
    dense: Dense | BlockSettings = "auto",
) -> FittedScorer:
    """Return a scorer of other data, fitted as an ``earlier`` one was; nothing is chosen anew.

    Args:
        dataset: What may be learned from.
        earlier: Its weights, and its learned ranker if it has one, are taken over.
        summary: What its fit said, see ``FittedScorer``; the settings are taken from there.
        progress: Told what is being done.
        dense: As in the earlier fit.

    Raises:
        SettingsError: This version knows no such algorithm or setting.
    """
    tell, started = progress or _silence, time.perf_counter()
    blocks, space = _encoded(dataset, dense, tell)
    name, settings = summary["algorithm"], summary["settings"]
    kept = {key: summary[key] for key in ("settings", "n_trials", "weights") if key in summary}
    tell("fitting on everything", 0.1)
    fitted: Fitted
    if "knowledge_blocks" in settings:
        choice = Choice.of_summary(settings)
        scorer: CatalogScorer
        if name == "fusion":
            members = choice.members(dataset, space, part(tell, "training nets", 0.2, 1.0))
            scorer = _joined_as(earlier, members, dataset)
        else:
            scorer = replace(choice, nets=None).closed_forms(dataset, space)[name]
        fitted = scorer, choice.cold.block_weights, kept
    else:
        plan = _Plan(dataset, name, summary["effort"], summary["seed"], tell)
        fitted = _fit_plain(plan, space, settings_of(name, settings))
    tell("done", 1.0)
    about = {key: summary[key] for key in ("algorithm", "effort", "seed")}
    return _described(dataset, fitted, blocks, space, about, started)


def _joined_as(
    earlier: CatalogScorer, members: Mapping[str, Scorer], dataset: Dataset
) -> FusionScorer:
    if not isinstance(earlier, FusionScorer):
        raise TypeError(f"{type(earlier).__name__} is no fusion")
    fusion = FusionScorer(members, earlier.weights, item_groups(dataset.item_counts))
    if not isinstance(earlier, LearnedFusionScorer):
        return fusion
    facts = ItemFacts.of(dataset)
    return LearnedFusionScorer.over(fusion, facts, earlier.ranker_name, earlier.ranker)


def _encoded(
    dataset: Dataset, dense: Dense | BlockSettings, tell: Progress
) -> tuple[FittedBlocks, KnowledgeSpace]:
    tell("encoding the items", 0.0)
    reading = dense if isinstance(dense, BlockSettings) else BlockSettings(dense=dense)
    blocks = encode_catalog(dataset, reading, cache=default_cache())
    return blocks, KnowledgeSpace.of(blocks.features, dataset.n_items)


def _described(
    dataset: Dataset,
    fitted: "Fitted",
    blocks: FittedBlocks,
    space: KnowledgeSpace,
    about: Mapping[str, Any],
    started: float,
) -> FittedScorer:
    scorer, weights, summary = fitted
    counts = {
        "n_users": dataset.n_users,
        "n_items": dataset.n_items,
        "n_cold_items": int((dataset.item_counts == 0).sum()),
        "n_interactions": dataset.n_interactions,
        "dataset_fingerprint": dataset.fingerprint,
        "warnings": [str(warning) for warning in blocks.warnings],
        "fit_s": round(time.perf_counter() - started, 2),
    }
    return FittedScorer(
        scorer=scorer,
        blocks=blocks,
        block_weights=weights,
        vectors=space.vectors(weights),
        summary={**counts, **about, **summary},
    )


@dataclass(frozen=True)
class _Plan:
    """What is to be fitted, and how thoroughly."""

    dataset: Dataset
    algorithm: str
    effort: str
    seed: int
    tell: Progress
    hold_out: HoldOut = "last-item"


Fitted = tuple[CatalogScorer, Mapping[str, float], dict[str, Any]]


def _fit_plain(plan: _Plan, space: KnowledgeSpace, settings: Any) -> Fitted:  # noqa: ANN401  its own class
    weights = dict.fromkeys(space.names, 1.0)
    scorer = model_class(plan.algorithm).fit(plan.dataset, space.vectors(weights), settings)
    return scorer, weights, {"settings": json_ready(asdict(settings))}


def _fit_chosen(plan: _Plan, blocks: FittedBlocks, space: KnowledgeSpace) -> Fitted:
    held_out = HeldOut.of(plan.dataset, plan.effort, plan.seed, plan.hold_out)
    choice = choose(held_out, space, plan.tell, is_thorough=plan.effort != "fast")
    if plan.algorithm in ("linear", "sequential_linear"):
        plan.tell("fitting on everything", 0.9)
        alone = choice.members(plan.dataset, space)[plan.algorithm]
        return alone, choice.cold.block_weights, choice.summary()
    if held_out.events is not None:  # else nothing could say how loud nets should be
        choice = replace(choice, nets=nets_for(plan.dataset, plan.effort, plan.seed))
    weigher = Weigher(plan.dataset, held_out, blocks, space, plan.seed, plan.effort)
    found = weigher.weigh(choice, plan.tell)
    plan.tell("fitting on everything", 0.9)
    members = found.choice.members(plan.dataset, space, part(plan.tell, "training nets", 0.9, 1.0))
    fusion = FusionScorer(members, found.weights, item_groups(plan.dataset.item_counts))
    held_out_by = "temporal" if held_out.is_later else "last-item"
    summary = found.choice.summary() | {"validation": found.figures, "held_out_by": held_out_by}
    summary["weights"] = {
        name: np.round(weight, 3).tolist()
        for name, weight in zip(members, found.weights, strict=True)
    }
    scorer = found.learned.over(fusion, ItemFacts.of(plan.dataset))
    return scorer, choice.cold.block_weights, summary


def nets_for(dataset: Dataset, effort: str, seed: int) -> TransformerSettings | None:
    """Return what nets are to be trained; none where rows are in no order or PyTorch is absent."""
    if effort in EPOCHS_BY_EFFORT and is_torch_installed() and rows_tell_time(dataset):
        return TransformerSettings(max_epochs=EPOCHS_BY_EFFORT[effort], seed=seed)
    return None


def _silence(_stage: str, _share: float) -> None:
    """Tell nobody."""
