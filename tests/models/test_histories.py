import numpy as np
import pytest
from hypothesis import given

from lorewise.data.queries import Queries
from lorewise.models.histories import event_lengths, history_rows, recent_weights
from lorewise.models.strengths import liked_ages
from lorewise.testing.strategies import query_batches


def queries_of(*weights: list[float]) -> Queries:
    return Queries.of(
        [np.arange(len(row), dtype=np.int32) for row in weights],
        weights=[np.array(row, dtype=np.float32) for row in weights],
    )


def test_age_counts_newer_likes_and_no_dislikes() -> None:
    ages = liked_ages(queries_of([1, -1, 1], [], [-1, 1]))
    # oldest first: one newer like after 0 and after 1, none after 2; one after the first dislike
    assert ages.tolist() == [1, 1, 0, 1, 0]


@given(query_batches(4, with_dislikes=False))
def test_without_dislikes_age_is_the_rank_from_the_newest(queries: Queries) -> None:
    np.testing.assert_array_equal(liked_ages(queries), queries.ages)


def test_a_weight_halves_for_each_half_life() -> None:
    weights = recent_weights(queries_of([1, 1, 1]), typical=1.0, half_life_events=2.0)
    # two newer likes halve once: 2 ** (-2 / 2), 2 ** (-1 / 2), 1
    assert weights.tolist() == pytest.approx([0.5, 0.70711, 1.0], abs=1e-5)


def test_a_dislike_keeps_its_sign_and_ages_nothing() -> None:
    weights = recent_weights(queries_of([1, 1, -1]), typical=1.0, half_life_events=1.0)
    assert weights.tolist() == [0.5, 1.0, -1.0]


def test_a_repeat_is_summed_in_the_row() -> None:
    queries = Queries.of([np.array([1, 1, 0], dtype=np.int32)])
    rows = history_rows(queries, np.array([1, 2, 4], dtype=np.float32), 3)
    np.testing.assert_array_equal(rows.toarray(), [[4, 3, 0]])


def test_the_length_is_euclidean() -> None:
    queries = queries_of([1, 1], [])
    assert event_lengths(queries, np.array([3, 4], dtype=np.float32)).tolist() == [5, 0]
