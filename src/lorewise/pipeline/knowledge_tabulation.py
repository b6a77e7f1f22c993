"""From marked exams to the study's table: values, gains, prices and verdicts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from lorewise.evaluation.accuracy import PerUser, mean_over_users
from lorewise.evaluation.comparison import Comparison, compare
from lorewise.evaluation.confidence import ConfidenceCheck, PerItem, check_confidence, item_quality
from lorewise.evaluation.knowledge_report import Cell, Scenario
from lorewise.evaluation.knowledge_verdict import verdict
from lorewise.evaluation.significance import bootstrap_intervals
from lorewise.pipeline.knowledge_marking import ByExam, ByVariant, Marked, row_name
from lorewise.pipeline.knowledge_scenarios import COLD_ITEMS, SENTENCE, ScenarioPlan
from lorewise.pipeline.knowledge_variants import LORE, NONE, PERMUTED, POPULARITY


def has_values(plan: ScenarioPlan, marked: ByVariant) -> bool:
    """Return whether any user has a target that counts in this scenario."""
    return not np.isnan(marked[NONE].per_user(plan)).all()


def tabulated(
    plan: ScenarioPlan, marked: ByVariant, price: str, seed: int
) -> tuple[Scenario, list[Cell]]:
    """Return the head of one column, with the verdict on its lore, and its cells."""
    values = {name: found.per_user(plan) for name, found in marked.items()}
    gains = {found.algorithm: found for found in _compared(plan, values, NONE, seed)}
    cells = [
        Cell(
            scenario=plan.name,
            variant=name,
            value=mean_over_users(column),
            ci95=_interval(column, seed),
            gain=gains.get(name),
        )
        for name, column in values.items()
    ]
    over = {other: _over(plan, values, other, seed) for other in (PERMUTED, POPULARITY)}
    floor = over[POPULARITY] if plan.exam == SENTENCE else None
    scenario = Scenario(
        name=plan.name,
        about=plan.about,
        place=plan.place,
        metric=plan.metric,
        n_users=int(np.count_nonzero(~np.isnan(values[NONE]))),
        controls=list(over.values()),
        verdict=verdict(plan.place, gains[LORE], over[PERMUTED], price, floor),
    )
    return scenario, cells


def comparisons_of(cells: Iterable[Cell]) -> list[Comparison]:
    """Return the gains under the names of the report's rows."""
    return [
        replace(
            cell.gain,
            algorithm=row_name(cell.scenario, cell.variant),
            reference=row_name(cell.scenario, NONE),
        )
        for cell in cells
        if cell.gain is not None
    ]


def confidence_of(
    stated: Sequence[str | None], marked: ByExam, seed: int
) -> ConfidenceCheck | None:
    """Return what cold items say of stated confidence; None where there are no cold items."""
    if COLD_ITEMS not in marked:
        return None
    cold = marked[COLD_ITEMS]
    rng = np.random.default_rng(seed)
    return check_confidence(stated, _quality(cold[LORE]), _quality(cold[NONE]), rng)


def _quality(marked: Marked) -> PerItem:
    outcome = marked.outcome
    return item_quality(outcome.ranked, outcome.targets.item_numbers, len(marked.is_tail))


def _over(plan: ScenarioPlan, values: Mapping[str, PerUser], other: str, seed: int) -> Comparison:
    """Return the gain of the lore over the other one, a question of its own."""
    pair = {name: values[name] for name in (LORE, other)}
    return _compared(plan, pair, other, seed)[0]


def _compared(
    plan: ScenarioPlan, values: Mapping[str, PerUser], reference: str, seed: int
) -> tuple[Comparison, ...]:
    return compare(values, reference=reference, metric=plan.metric, seed=seed)


def _interval(column: PerUser, seed: int) -> tuple[float, float]:
    low, high = bootstrap_intervals(column[:, None], np.random.default_rng(seed))[0].tolist()
    return low, high
