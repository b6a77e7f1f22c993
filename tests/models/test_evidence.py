from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.models.evidence import Evidence, column_names
from lorewise.models.fusion import Opinions
from lorewise.models.item_facts import ItemFacts
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world()
DATASET, FACTS, VECTORS = WORLD.dataset, ItemFacts.of(WORLD.dataset), WORLD.vectors
QUERIES = DATASET.queries()
NAMES = ("one", "two")
COLUMNS = column_names(NAMES)


def opinions(n_queries: int = len(QUERIES)) -> Opinions:
    rng = np.random.default_rng(3)
    shape = (2, len(QUERIES), DATASET.n_items)
    members = rng.normal(size=shape).astype(np.float32)[:, :n_queries]
    return Opinions(members[0] + 2 * members[1], members)


EVIDENCE = Evidence.of(opinions(), QUERIES, FACTS, VECTORS, n_places=12)


def column(name: str) -> Scores:
    return EVIDENCE.rows[:, :, COLUMNS.index(name)]


def liked(query: int) -> list[int]:
    rows = slice(QUERIES.offsets[query], QUERIES.offsets[query + 1])
    numbers: list[int] = QUERIES.item_numbers[rows][QUERIES.weights[rows] > 0].tolist()
    return numbers


def test_candidates_are_the_best_warm_items_that_may_be_shown() -> None:
    for query in range(len(QUERIES)):
        rows = slice(QUERIES.offsets[query], QUERIES.offsets[query + 1])
        seen = set(QUERIES.item_numbers[rows].tolist())
        order = np.argsort(-opinions().fused[query])
        best = [int(i) for i in order if i not in seen and FACTS.counts[i] > 0][:12]
        assert EVIDENCE.items[query].tolist() == (best if seen else [-1] * 12)


def test_what_may_recur_is_a_candidate_too() -> None:
    recurring = replace(QUERIES, repeatable=np.ones_like(QUERIES.repeatable))
    items = Evidence.of(opinions(), recurring, FACTS, VECTORS, n_places=45).items
    assert set(QUERIES.item_numbers[: QUERIES.offsets[1]].tolist()) <= set(items[0].tolist())


@pytest.mark.parametrize("query", [0, 7, 30])
def test_columns_are_as_reckoned_one_by_one(query: int) -> None:
    likes, said = liked(query), opinions()
    mean = VECTORS[likes].sum(axis=0)
    mean /= np.linalg.norm(mean)
    for place, item in enumerate(EVIDENCE.items[query]):
        candidates = EVIDENCE.items[query]
        rank = 1 + sum(said.members[1, query, i] > said.members[1, query, item] for i in candidates)
        days = abs(FACTS.mean_days[item] - FACTS.mean_days[likes[-1]])
        expected = {
            "one": said.members[0, query, item],
            "two_rank": np.log(rank),
            "fused": said.fused[query, item],
            "fused_rank": np.log(1 + place),
            "count": np.log1p(DATASET.item_counts[item]),
            "history": np.log1p(QUERIES.lengths[query]),
            "idle": np.log1p(FACTS.idle_days[item]),
            "apart": np.log1p(days),
            "like_last": VECTORS[item] @ VECTORS[likes[-1]],
            "like_history": VECTORS[item] @ mean,
        }
        found = {name: column(name)[query, place] for name in expected}
        assert found == pytest.approx(expected, abs=1e-5)


def test_a_query_is_told_of_the_same_alone() -> None:
    alone = Evidence.of(opinions(1), QUERIES.part(0, 1), FACTS, VECTORS, n_places=12)
    np.testing.assert_array_equal(alone.items[0], EVIDENCE.items[0])
    np.testing.assert_allclose(alone.rows[0], EVIDENCE.rows[0], atol=1e-6)


def test_who_liked_nothing_is_near_to_nothing() -> None:
    disliking = Queries.of([QUERIES.item_numbers[:2]], weights=[np.full(2, -1, dtype=np.float32)])
    rows = Evidence.of(opinions(1), disliking, FACTS, VECTORS, n_places=5).rows[0]
    for name in ("apart", "like_last", "like_history"):
        assert not rows[:, COLUMNS.index(name)].any()
