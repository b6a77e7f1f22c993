from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.models.content import ContentScorer, ContentSettings
from lorewise.models.evidence import Evidence
from lorewise.models.expected_popularity import (
    ExpectedPopularityScorer,
    ExpectedPopularitySettings,
)
from lorewise.models.fusion import FusionScorer, even_weights, item_groups
from lorewise.models.item_facts import ItemFacts
from lorewise.models.lambdarank import LambdaRanker, LambdaRankSettings
from lorewise.models.learned_fusion import LearnedFusionScorer
from lorewise.testing.planted_lists import planted_lists
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world()
DATASET, QUERIES = WORLD.dataset, WORLD.dataset.queries()
HAS_HISTORY = QUERIES.lengths > 0
N_PLACES = 10


@dataclass(frozen=True)
class Backwards:
    """Puts the candidate first that the fusion has last."""

    def scores(self, evidence: Evidence) -> Scores:
        places = np.arange(evidence.items.shape[1], dtype=np.float32)
        return np.tile(places, (len(evidence.items), 1))


def members() -> dict[str, Any]:
    likely = ExpectedPopularitySettings()
    return {
        "content": ContentScorer.fit(DATASET, WORLD.vectors, ContentSettings()),
        "expected_popularity": ExpectedPopularityScorer.fit(DATASET, WORLD.vectors, likely),
    }


FUSION = FusionScorer(
    members(), even_weights(["content", "expected_popularity"]), item_groups(DATASET.item_counts)
)
BACKWARDS: Any = Backwards()
FACTS = ItemFacts.of(DATASET)
LEARNED = replace(
    LearnedFusionScorer.over(FUSION, FACTS, "lambdarank", BACKWARDS), n_places=N_PLACES
)
LINEAR_SCORES, LEARNED_SCORES = FUSION.score_catalog(QUERIES), LEARNED.score_catalog(QUERIES)


def candidates() -> list[set[int]]:
    evidence = Evidence.of(FUSION.opinions(QUERIES), QUERIES, FACTS, WORLD.vectors, n_places=10)
    return [set(items[items >= 0].tolist()) for items in evidence.items]


def test_the_first_places_are_given_out_anew() -> None:
    for linear, learned, chosen in zip(LINEAR_SCORES, LEARNED_SCORES, candidates(), strict=True):
        items = sorted(chosen)
        np.testing.assert_array_equal(np.sort(linear[items]), np.sort(learned[items]))
        order, new_order = np.argsort(-linear[items]), np.argsort(-learned[items])
        assert not items or order.tolist() == new_order[::-1].tolist()


def test_whatever_is_no_candidate_keeps_its_score() -> None:
    """Below the first places, cold, met already or unknown: NaN stays NaN as well."""
    for linear, learned, chosen in zip(LINEAR_SCORES, LEARNED_SCORES, candidates(), strict=True):
        others = [item for item in range(DATASET.n_items) if item not in chosen]
        np.testing.assert_array_equal(linear[others], learned[others])
    assert np.isnan(LEARNED_SCORES[:, WORLD.bare_item]).all()


def test_a_cold_item_keeps_its_place() -> None:
    is_cold = WORLD.is_cold & ~np.isnan(LINEAR_SCORES[0])
    for item in np.flatnonzero(is_cold):
        ahead = np.sum(LINEAR_SCORES[:, [item]] < LINEAR_SCORES, axis=1)
        np.testing.assert_array_equal(
            np.sum(LEARNED_SCORES[:, [item]] < LEARNED_SCORES, axis=1), ahead
        )


def test_without_a_history_the_linear_fusion_answers() -> None:
    said = WORLD.vectors[:1]
    speaking = replace(Queries.of([np.zeros(0, dtype=np.int32)]), text_vectors=said)
    for queries in (speaking, replace(speaking, text_vectors=None)):
        np.testing.assert_array_equal(LEARNED.score_catalog(queries), FUSION.score_catalog(queries))


def test_words_beside_a_history_change_as_much_as_without_the_ranker() -> None:
    said = replace(QUERIES, text_vectors=np.tile(WORLD.vectors[:1], (len(QUERIES), 1)))
    change = FUSION.score_catalog(said) - FUSION.by_history(said)
    assert np.nanmax(np.abs(change[HAS_HISTORY])) > 0.1
    learned_change = LEARNED.score_catalog(said) - LEARNED.by_history(said)
    np.testing.assert_allclose(learned_change, change, atol=1e-5)


def test_a_query_is_answered_alike_alone() -> None:
    alone = LEARNED.score_catalog(QUERIES.part(3, 4))
    np.testing.assert_allclose(alone[0], LEARNED_SCORES[3], atol=1e-5)


def test_opinions_are_what_the_members_say() -> None:
    said = FUSION.opinions(QUERIES)
    np.testing.assert_allclose(said.fused, LINEAR_SCORES, atol=1e-6)
    np.testing.assert_allclose(
        said.members.sum(axis=0), np.nan_to_num(LINEAR_SCORES), atol=1e-5
    )  # all weights are 1


def test_what_is_saved_orders_the_same() -> None:
    small = LambdaRankSettings(max_trees=10, least_rows=20)
    ranker = LambdaRanker.fit(planted_lists(), small)
    fusion = LearnedFusionScorer.over(FUSION, FACTS, "lambdarank", ranker)
    arrays = fusion.ranker_arrays()
    again = LearnedFusionScorer.from_ranker_arrays(FUSION, arrays)
    assert not any(array.dtype.hasobject for array in arrays.values())
    np.testing.assert_array_equal(again.score_catalog(QUERIES), fusion.score_catalog(QUERIES))
    assert again.n_places == fusion.n_places


def test_without_content_there_are_no_likenesses() -> None:
    bare = replace(LEARNED, members={"expected_popularity": FUSION.members["expected_popularity"]})
    assert bare.item_vectors().shape == (DATASET.n_items, 0)
    alone = replace(bare, weights=FUSION.weights[1:])
    assert np.isfinite(alone.score_catalog(QUERIES)[:, ~WORLD.is_cold]).all()


@pytest.mark.parametrize("n_places", [1, 1_000])
def test_there_may_be_one_place_or_more_than_items(n_places: int) -> None:
    scores = replace(LEARNED, n_places=n_places).score_catalog(QUERIES)
    np.testing.assert_array_equal(np.sort(scores, axis=1), np.sort(LINEAR_SCORES, axis=1))
