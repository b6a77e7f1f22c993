from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings

from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.models.content import ContentScorer, ContentSettings
from lorewise.models.factorization import FactorizationScorer
from lorewise.models.factorization_settings import FactorizationSettings
from lorewise.models.neighbors import NeighborsScorer
from lorewise.models.neighbors_settings import NeighborsSettings
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.models.rules import RulesScorer, RulesSettings
from lorewise.stages import Arrays, Scorer
from lorewise.testing.scorer_contract import (
    CHECKS,
    ScorerCase,
    a_batch_equals_one_by_one,
    a_dislike_lowers_similar_items,
    a_personal_model_beats_chance,
    batch_equals_one_by_one,
    queries_are_left_as_they_were,
    recall_of,
    registry_cases,
    saved_arrays_are_the_whole_scorer,
)
from lorewise.testing.strategies import query_batches
from lorewise.testing.tiny import tiny_world

VARIANTS = [
    *(
        ScorerCase(f"factorization-{loss}", FactorizationScorer, FactorizationSettings(loss=loss))
        for loss in ("warp_kos", "bpr", "logistic", "squared")
    ),
    ScorerCase(
        "factorization-bpr-adadelta",
        FactorizationScorer,
        FactorizationSettings(loss="bpr", schedule="adadelta"),
    ),
    *(
        ScorerCase(
            f"neighbors-{kind}-{similarity}",
            NeighborsScorer,
            NeighborsSettings(kind=kind, similarity=similarity, shrinkage=1.0),
        )
        for kind in ("item", "user")
        for similarity in (
            "cosine",
            "bm25",
            "jaccard",
            "dice",
            "tversky",
            "pearson",
            "adjusted_cosine",
        )
    ),
    *(
        ScorerCase(f"content-{similarity}", ContentScorer, ContentSettings(similarity=similarity))
        for similarity in ("dot", "pearson")
    ),
    ScorerCase("rules-reciprocal", RulesScorer, RulesSettings(decay="reciprocal", count_power=1)),
]
CASES = registry_cases() + VARIANTS


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_scorer_keeps_the_contract(
    case: ScorerCase, check: Callable[[ScorerCase], None]
) -> None:
    check(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@settings(max_examples=10)
@given(queries=query_batches(tiny_world().dataset.n_items))
def test_any_batch_equals_its_queries_one_by_one(case: ScorerCase, queries: Queries) -> None:
    batch_equals_one_by_one(case, queries)


# Chance is .18; tied items count as ahead. Popularity knows no taste, and what a user
# walks to next is no more popular than the rest.
BANDS = {
    "popularity": (0.0, 0.25),
    "neighbors": (0.45, 0.75),
    "content": (0.42, 0.68),
    "rules": (0.90, 1.0),
    "als": (0.42, 0.70),
}


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name in BANDS], ids=lambda case: case.name
)
def test_quality_stays_in_its_band(case: ScorerCase) -> None:
    lowest, highest = BANDS[case.name]
    recall, _ = recall_of(case)
    assert lowest <= recall <= highest


class ForgetfulScorer(PopularityScorer):
    """Forgets the last item when it is saved."""

    def to_arrays(self) -> Arrays:
        return {"item_scores": np.append(self.item_scores[:-1], np.float32(9))}


class MoodyScorer(PopularityScorer):
    """Scores a batch by its size."""

    def score_catalog(self, queries: Queries) -> Scores:
        return super().score_catalog(queries) + np.float32(len(queries))


class SharingScorer(PopularityScorer):
    """Hands out its own array."""

    def score_catalog(self, queries: Queries) -> Scores:
        shape = (len(queries), len(self.item_scores))
        return np.lib.stride_tricks.as_strided(
            self.item_scores, shape, (0, self.item_scores.itemsize)
        )


@pytest.mark.parametrize(
    ("scorer_class", "check"),
    [
        (ForgetfulScorer, saved_arrays_are_the_whole_scorer),
        (MoodyScorer, a_batch_equals_one_by_one),
        (SharingScorer, queries_are_left_as_they_were),
    ],
)
def test_a_scorer_that_breaks_a_promise_is_found_out(
    scorer_class: type[Scorer], check: Callable[[ScorerCase], None]
) -> None:
    case = ScorerCase("broken", scorer_class, PopularitySettings(), is_personal=False)
    with pytest.raises(AssertionError):
        check(case)


def test_a_model_that_ignores_dislikes_is_found_out() -> None:
    blind = ScorerCase("blind", PopularityScorer, PopularitySettings(), is_personal=True)
    with pytest.raises(AssertionError, match="the same"):
        a_dislike_lowers_similar_items(blind)
    with pytest.raises(AssertionError, match="chance"):
        a_personal_model_beats_chance(blind)
