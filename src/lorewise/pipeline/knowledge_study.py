"""What knowledge is worth on one's own data: each kind of it in each situation, and its price."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

import polars as pl

from lorewise.data.dataset import Dataset
from lorewise.errors import DataError
from lorewise.evaluation.knowledge_cost import KnowledgeCost
from lorewise.evaluation.knowledge_report import KnowledgeReport, KnowledgeTable
from lorewise.models.registry import model_class
from lorewise.pipeline.knowledge_exams import KS, Trainings
from lorewise.pipeline.knowledge_marking import ByExam, Marker
from lorewise.pipeline.knowledge_scenarios import ScenarioPlan, chosen_scenarios
from lorewise.pipeline.knowledge_tabulation import (
    comparisons_of,
    confidence_of,
    has_values,
    tabulated,
)
from lorewise.pipeline.knowledge_variants import FITS, Fits, VariantPlan, variant_plans
from lorewise.pipeline.leakage_guard import LeakageGuard
from lorewise.pipeline.lore_controls import check_lore, lore_columns
from lorewise.pipeline.trial import Progress, part_of

PROTOCOL = "knowledge-study"

CONFIDENCE = "lore.confidence"


@dataclass(frozen=True, kw_only=True)
class KnowledgeStudySettings:
    """How a knowledge study is done."""

    scenarios: Sequence[str] = ()
    """Names of ``SCENARIOS``, or the beginnings of several; all for none."""

    algorithm: str | None = None
    """A name of the models' table; None is the default fusion."""

    seed: int = 42
    """Of the splits, the sentences, the fits, the controls and the intervals; at least 0."""

    effort: str = "fast"
    """What a fit may take: ``fast``, ``balanced`` or ``best``."""


def knowledge_study(
    dataset: Dataset,
    settings: KnowledgeStudySettings | None = None,
    *,
    cost: KnowledgeCost | None = None,
    guard: LeakageGuard | None = None,
    progress: Progress | None = None,
    fits: Fits = FITS,
) -> KnowledgeReport:
    """Fit with each kind of knowledge and ask in each situation; say where knowledge pays.

    All kinds learn from the same interactions and are asked the same. One fit serves all
    scenarios that hold the same out: cold items; people (cold ones, warm ones, tail items); sparse
    data.

    Args:
        dataset: With lore in its item table.
        settings: Which scenarios, which model, how thoroughly.
        cost: Of the lore, for the verdicts.
        guard: Splits the data and refuses what would give held-out events away.
        progress: Told what is done and how far everything is, from 0 to 1.
        fits: Makes the models, by the way they read texts.

    Raises:
        SettingsError: A scenario or the algorithm is unknown, or there is no lore.
        LeakageError: Columns were made from held-out events; the message names them.
        DataError: The data do not suffice for any of the scenarios.
    """
    chosen = settings or KnowledgeStudySettings()
    plans = chosen_scenarios(chosen.scenarios)
    check_lore(dataset)
    if chosen.algorithm is not None:
        model_class(chosen.algorithm)  # an unknown name is refused before any work
    variants = [plan for plan in variant_plans(dataset) if plan.reading in fits]
    marker = Marker(fits=fits, algorithm=chosen.algorithm, effort=chosen.effort, seed=chosen.seed)
    guard = guard or LeakageGuard()
    trainings = Trainings(dataset=dataset, plans=plans, seed=chosen.seed, guard=guard)
    marks = _marks(trainings, variants, marker, progress or _tell_nobody)
    table = _table(dataset, plans, variants, marks, cost or KnowledgeCost(), chosen.seed)
    return KnowledgeReport(
        protocol=PROTOCOL,
        data=_about_data(dataset, marks),
        settings=_about_settings(chosen, table, marks) | guard.about(dataset),
        rows=[found.row for by_variant in marks.by_exam.values() for found in by_variant.values()],
        comparisons=comparisons_of(table.cells),
        study=table,
    )


@dataclass(frozen=True)
class _Marks:
    """What came of everything."""

    by_exam: ByExam = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    """Exam -> why it was not sat."""

    n_train: dict[str, int] = field(default_factory=dict)
    """Training part -> interactions in it."""


def _marks(
    trainings: Trainings, variants: Sequence[VariantPlan], marker: Marker, progress: Progress
) -> _Marks:
    marks = _Marks()
    for number, name in enumerate(trainings.names):
        start, stop = number / len(trainings.names), (number + 1) / len(trainings.names)
        part = part_of(progress, start, stop, name)
        part("splitting", 0.0)
        training = trainings.training(name)
        marks.left_out.update(training.left_out)
        marks.n_train[name] = training.train.n_interactions
        marks.by_exam.update(marker.sit(training, variants, part))
    progress("done", 1.0)
    return marks


def _table(
    dataset: Dataset,
    plans: Sequence[ScenarioPlan],
    variants: Sequence[VariantPlan],
    marks: _Marks,
    cost: KnowledgeCost,
    seed: int,
) -> KnowledgeTable:
    """Return the table of all scenarios that somebody has a target in.

    Raises:
        DataError: There is none.
    """
    sat = {plan: marks.by_exam[plan.exam] for plan in plans if plan.exam in marks.by_exam}
    columns = {
        plan: tabulated(plan, marked, cost.stated(), seed)
        for plan, marked in sat.items()
        if has_values(plan, marked)
    }
    left_out = {
        plan.name: marks.left_out.get(plan.exam, "no user has a target that counts here")
        for plan in plans
        if plan not in columns
    }
    if not columns:
        raise DataError(f"no scenario can be asked; {plans[0].name}: {left_out[plans[0].name]}")
    return KnowledgeTable(
        variants=[plan.note for plan in variants],
        scenarios=[scenario for scenario, _ in columns.values()],
        cells=[cell for _, cells in columns.values() for cell in cells],
        cost=cost,
        left_out=left_out,
        confidence=confidence_of(_stated_confidence(dataset), marks.by_exam, seed),
    )


def _stated_confidence(dataset: Dataset) -> list[str | None]:
    """Return what each item's lore says of itself; all None where it says nothing."""
    table = dataset.item_table
    if CONFIDENCE not in table.columns:
        return [None] * len(table)
    return table[CONFIDENCE].cast(pl.String).to_list()


def _about_data(dataset: Dataset, marks: _Marks) -> dict[str, Any]:
    return {
        "n_users": dataset.n_users,
        "n_items": dataset.n_items,
        "n_interactions": dataset.n_interactions,
        "n_train_interactions": marks.n_train,
        "has_times": dataset.has_times,
        "lore_columns": list(lore_columns(dataset)),
        "fingerprint": dataset.fingerprint,
    }


def _about_settings(
    settings: KnowledgeStudySettings, table: KnowledgeTable, marks: _Marks
) -> dict[str, Any]:
    return {
        "lorewise": version("lorewise"),
        "seed": settings.seed,
        "effort": settings.effort,
        "algorithm": settings.algorithm or "fusion",
        "ks": list(KS),
        "scenarios": [scenario.name for scenario in table.scenarios],
        "fits": {
            found.row.algorithm: found.summary
            for by_variant in marks.by_exam.values()
            for found in by_variant.values()
        },
    }


def _tell_nobody(_doing: str, _share: float) -> None:
    """Stand in for a progress that nobody asked for."""
