import numpy as np
import pytest

from lorewise.data.queries import Queries
from lorewise.models.rating_prediction import (
    centered_by_row,
    rated_rows,
    ratings_from_items,
    ratings_from_users,
    row_means,
    weighted_means,
)
from lorewise.models.sparse_rows import SparseRows, filled_rows

NAN = float("nan")


def rated(*rows: list[float]) -> SparseRows:
    """Return rows of ratings for items 0, 1, ..., NaN where there is none."""
    table = np.array(rows, dtype=np.float32)
    items = np.tile(np.arange(table.shape[1], dtype=np.int32), (len(table), 1))
    return filled_rows(np.where(np.isnan(table), -1, items), table, table.shape[1])


def weights(*rows: list[float]) -> SparseRows:
    return rated(*[[NAN if value == 0 else value for value in row] for row in rows])


def test_the_last_of_several_ratings_counts() -> None:
    queries = Queries.of([np.array([0, 1, 0, 1], dtype=np.int32), np.array([1], dtype=np.int32)])
    ratings = np.array([5, 2, 1, NAN, 4], dtype=np.float32)
    queries = Queries(
        offsets=queries.offsets,
        item_numbers=queries.item_numbers,
        weights=queries.weights,
        ratings=ratings,
        repeatable=queries.repeatable,
    )
    np.testing.assert_array_equal(rated_rows(queries, 2).toarray(), [[1, 2], [0, 4]])


def test_a_mean_is_over_what_is_rated() -> None:
    np.testing.assert_array_equal(row_means(rated([4, NAN, 2], [NAN, NAN, NAN])), [3, NAN])


def test_a_rating_at_the_mean_stays_stored() -> None:
    centered = centered_by_row(rated([1, 2, 3]))
    np.testing.assert_array_equal(centered.toarray(), [[-1, 0, 1]])
    assert centered.nnz == 3


def test_who_did_not_rate_has_no_weight() -> None:
    found = weighted_means(weights([1, 3]), rated([4, 4, NAN], [NAN, 8, NAN]))
    # first column: 4 alone; second: (1 * 4 + 3 * 8) / 4; third: nobody
    np.testing.assert_array_equal(found, [[4, 7, NAN]])


EVERYBODY = rated([5, 1, NAN], [4, 2, 3], [1, 5, 5])


def test_users_predict_by_their_deviations() -> None:
    items = np.array([2, 1], dtype=np.int32)
    found = ratings_from_users(weights([0, 1, 0.5]), EVERYBODY, rated([4, NAN, NAN]), items)
    # own mean 4; item 2: neighbors 3 - 3 = 0 and 5 - 11/3 = 4/3: 4 + (.5 * 4/3) / 1.5 = 4.444
    # item 1: 2 - 3 = -1 and 5 - 11/3 = 4/3: 4 + (-1 + .5 * 4/3) / 1.5 = 3.778
    assert found[0].tolist() == pytest.approx([4.4444, 3.7778], abs=1e-4)


def test_no_neighbor_no_prediction() -> None:
    items = np.array([0, 1, 2], dtype=np.int32)
    found = ratings_from_users(weights([1, 0, 0]), EVERYBODY, rated([4, NAN, NAN]), items)
    np.testing.assert_array_equal(np.isnan(found), [[False, False, True]])


def test_items_predict_by_deviations_from_item_means() -> None:
    items = np.array([2], dtype=np.int32)
    found = ratings_from_items(weights([0.5, 0.5, 0]), EVERYBODY, rated([3, 3, NAN]), items)
    # item means 10/3, 8/3, 4: 4 + ((3 - 10/3) + (3 - 8/3)) / 2 = 4
    # with a rating of item 1 alone: 4 + (3 - 8/3) = 4.333
    assert found.tolist() == [pytest.approx([4.0])]
    alone = ratings_from_items(weights([0.5, 0.5, 0]), EVERYBODY, rated([NAN, 3, NAN]), items)
    assert alone.tolist() == [pytest.approx([4.3333], abs=1e-4)]


def test_predictions_stay_within_the_ratings_seen() -> None:
    items = np.array([0, 1], dtype=np.int32)
    found = ratings_from_users(weights([1, 0, 0]), EVERYBODY, rated([5, NAN, NAN]), items)
    # 5 + 2 and 5 - 2
    assert found.tolist() == [[5, 3]]
