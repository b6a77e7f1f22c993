"""Every kind of knowledge fitted once on a training part, and marked in all of its exams."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lorewise.evaluation.accuracy import METRICS_AT_K, PerUser
from lorewise.evaluation.outcome import Outcome
from lorewise.evaluation.report import Costs, Row
from lorewise.pipeline.cost_meter import CostMeter, peak_rss_mb
from lorewise.pipeline.knowledge_exams import Exam, Training
from lorewise.pipeline.knowledge_scenarios import ScenarioPlan
from lorewise.pipeline.knowledge_sentences import WordsAlone, spoken_vectors
from lorewise.pipeline.knowledge_variants import Fits, VariantPlan
from lorewise.pipeline.trial import FIT_SHARE, Bench, FittedModel, Progress, part_of
from lorewise.stages import CatalogScorer


@dataclass(frozen=True, kw_only=True)
class Marked:
    """What came of one kind of knowledge in one exam."""

    row: Row
    outcome: Outcome
    is_tail: NDArray[np.bool_]
    """Whether an item is outside the most popular fifth in training; shape ``(n_items,)``."""

    summary: Any
    """What the fit chose; JSON values."""

    def per_user(self, plan: ScenarioPlan) -> PerUser:
        """Return the scenario's metric, NaN for users without a target that counts."""
        outcome = self.outcome
        ranked = outcome.ranked
        if plan.tail_only:
            ranked = ranked.only(self.is_tail[outcome.targets.item_numbers])
        name, _, k = plan.metric.partition("@")
        return METRICS_AT_K[name](ranked, int(k))


ByVariant = dict[str, Marked]
ByExam = dict[str, ByVariant]


@dataclass(frozen=True, kw_only=True)
class Marker:
    """Fits and marks; all kinds of knowledge alike."""

    fits: Fits
    algorithm: str | None
    """A name of the models' table; None is the default fusion."""

    effort: str
    seed: int

    def sit(
        self, training: Training, variants: Sequence[VariantPlan], progress: Progress
    ) -> ByExam:
        """Return what came of each exam for each variant; without exams nothing is fitted."""
        found: ByExam = {exam: {} for exam in training.exams}
        for n, plan in enumerate(variants if found else ()):
            part = part_of(progress, n / len(variants), (n + 1) / len(variants), plan.name)
            for exam, marked in self._of_one(plan, training, part):
                found[exam][plan.name] = marked
        return found

    def _of_one(
        self, plan: VariantPlan, training: Training, progress: Progress
    ) -> Iterator[tuple[str, Marked]]:
        """Fit once, and yield what comes of each exam; the model is let go afterwards."""
        meter = CostMeter()
        model = self.fits[plan.reading](
            plan.made(training.train, np.random.default_rng(self.seed)),
            algorithm=plan.algorithm or self.algorithm,
            effort=self.effort,
            seed=self.seed,
            progress=part_of(progress, 0.0, FIT_SHARE),
        )
        fit_cpu_s, n_exams = meter.cpu_s, len(training.exams)
        scoring = part_of(progress, FIT_SHARE, 1.0)
        for n, (name, exam) in enumerate(training.exams.items()):
            part = part_of(scoring, n / n_exams, (n + 1) / n_exams)
            marked = self._marked(row_name(name, plan.name), exam, model, part)
            yield name, replace(marked, row=_with_fit(marked.row, fit_cpu_s))

    def _marked(self, name: str, exam: Exam, model: FittedModel, progress: Progress) -> Marked:
        scorer, bench = _asked(exam, model)
        outcome, cpu_s = bench.outcome(scorer, progress)
        costs = Costs(recommend_cpu_s=cpu_s, peak_rss_mb=peak_rss_mb())
        rng = np.random.default_rng(self.seed)
        return Marked(
            row=bench.evaluator.row(name, outcome, rng, costs=costs),
            outcome=outcome,
            is_tail=bench.evaluator.counts.is_tail,
            summary=model.summary,
        )


def row_name(scenario: str, variant: str) -> str:
    """Return what a pair is called in the report's rows.

    >>> row_name("cold-items", "lore")
    'cold-items: lore'
    """
    return f"{scenario}: {variant}"


def _with_fit(row: Row, cpu_s: float) -> Row:
    return replace(row, costs=replace(row.costs, fit_cpu_s=cpu_s))


def _asked(exam: Exam, model: FittedModel) -> tuple[CatalogScorer, Bench]:
    """Return the scorer that is asked, and the bench with the words as this model reads them."""
    if not exam.sentences:
        return model.scorer, exam.bench
    vectors = spoken_vectors(model, exam.sentences, exam.bench.evaluator.counts.n_items)
    queries = replace(exam.bench.queries, text_vectors=vectors)
    return WordsAlone(model.scorer), replace(exam.bench, queries=queries)
