from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.pipeline.fit import FittedScorer
from lorewise.pipeline.knowledge_exams import Trainings
from lorewise.pipeline.knowledge_marking import ByExam, Marker
from lorewise.pipeline.knowledge_scenarios import chosen_scenarios
from lorewise.pipeline.knowledge_variants import variant_plans
from lorewise.pipeline.leakage_guard import LeakageGuard
from lorewise.stages import CatalogScorer
from lorewise.testing.told_world import FitByWords, told_world


@dataclass
class Listening:
    """Fits by words, and keeps what the models are asked."""

    heard: list[Queries] = field(default_factory=list)

    def __call__(
        self, dataset: Dataset, *, algorithm: str | None, **_chosen: object
    ) -> FittedScorer:
        model = FitByWords()(dataset, algorithm=algorithm)
        return replace(model, scorer=Overheard(model.scorer, self.heard))


@dataclass(frozen=True)
class Overheard:
    scorer: CatalogScorer
    heard: list[Queries]

    def score_catalog(self, queries: Queries) -> Scores:
        self.heard.append(queries)
        return self.scorer.score_catalog(queries)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOREWISE_CACHE", str(tmp_path))


def sat(fit: Listening, *scenarios: str) -> ByExam:
    world = told_world()
    made = Trainings(dataset=world, plans=chosen_scenarios(scenarios), seed=7, guard=LeakageGuard())
    lore = [plan for plan in variant_plans(world) if plan.name == "lore"]
    marker = Marker(fits={"both": fit}, algorithm=None, effort="fast", seed=7)
    return marker.sit(made.training("people"), lore, lambda _doing, _share: None)


def test_who_only_said_a_sentence_is_asked_without_history_and_not_shown_its_items() -> None:
    fit = Listening()

    row = sat(fit, "sentence")["sentence"]["lore"].row

    assert [queries.lengths.max() for queries in fit.heard] == [0]
    assert fit.heard[0].text_vectors is not None
    assert fit.heard[0].text_vectors.any(axis=1).all()
    assert row.slices["sparse_users"]["n_users"] == len(fit.heard[0])


def test_who_has_a_history_is_asked_with_it() -> None:
    fit = Listening()

    sat(fit, "cold-users-3")

    assert [set(queries.lengths) for queries in fit.heard] == [{3}]
    assert fit.heard[0].text_vectors is None


def test_rows_are_named_after_exam_and_variant_and_know_what_they_took() -> None:
    row = sat(Listening(), "warm")["warm"]["lore"].row

    assert row.algorithm == "warm: lore"
    assert row.costs.fit_cpu_s is not None
    assert row.costs.recommend_cpu_s is not None
