from dataclasses import dataclass
from math import nan

import numpy as np
import pytest

from lorewise.data.primitives import ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.models.similar_items import similar_items
from lorewise.testing.tiny import tiny_world


@dataclass(frozen=True)
class Table:
    """Scores a history of one item by that item's row."""

    rows: Scores

    def score_catalog(self, queries: Queries) -> Scores:
        return self.rows[queries.item_numbers]


def items(*numbers: int) -> ItemNumbers:
    return np.array(numbers, dtype=np.int32)


ROWS = np.array([[9, 4, 2, -2], [0, 0, 0, 0], [nan, nan, nan, nan], [1, nan, 0, 5]], np.float32)
VECTORS = np.array([[1, 0], [0.6, 0.8], [0, 1], [1, 0]], dtype=np.float32)


def test_it_is_the_mean_of_the_share_of_the_score_and_the_cosine() -> None:
    # Item 0: shares 4/4, 2/4, -2/4; cosines .6, 0, 1; (share + .25 cosine) / 1.25.
    found = similar_items(Table(ROWS), VECTORS, items(0), text_weight=0.25)
    np.testing.assert_allclose(found, [[nan, 0.92, 0.4, -0.2]], atol=1e-6)


def test_an_item_that_leads_nowhere_is_compared_by_its_vector() -> None:
    # Cosines .6, .8, .6 with item 1; .25 / 1.25 of each.
    found = similar_items(Table(ROWS), VECTORS, items(1), text_weight=0.25)
    np.testing.assert_allclose(found, [[0.12, nan, 0.16, 0.12]], atol=1e-6)


def test_where_the_scorer_knows_nothing_it_stays_unknown() -> None:
    found = similar_items(Table(ROWS), VECTORS, items(2, 3))
    assert np.isnan(found[0]).all()
    assert np.isnan(found[1]).tolist() == [False, True, False, True]


def test_without_any_text_the_order_is_that_of_the_scorer() -> None:
    found = similar_items(Table(ROWS), np.zeros((4, 0), dtype=np.float32), items(0))
    np.testing.assert_array_equal(np.argsort(-found[0, 1:]), [0, 1, 2])


def test_an_item_is_answered_alike_alone_and_among_others() -> None:
    together = similar_items(Table(ROWS), VECTORS, items(0, 1, 3))
    np.testing.assert_array_equal(similar_items(Table(ROWS), VECTORS, items(3))[0], together[2])


@pytest.mark.parametrize("solver", ["exact", "local"])
def test_items_of_one_taste_are_similar_cold_ones_too(solver: str) -> None:
    world = tiny_world()
    settings = LinearSettings(ridge=5, prior=5, solver=solver)  # type: ignore[arg-type]  # a Literal
    scorer = LinearScorer.fit(world.dataset, world.vectors, settings)
    described = np.flatnonzero(world.vectors.any(axis=1)).astype(np.int32)
    found = similar_items(scorer, world.vectors, described)[:, described]
    found[np.isnan(found)] = -np.inf
    clusters = world.item_clusters[described]
    nearest = clusters[np.argsort(-found, axis=1)[:, :5]]
    assert np.mean(nearest == clusters[:, None]) > 0.8  # by chance .5; dislikes cross over
