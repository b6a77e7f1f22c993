import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.item_list import RankedLists
from lorewise.data.queries import Queries
from lorewise.evaluation.serendipity import expected_by_popularity, serendipity
from lorewise.evaluation.targets import Targets


def lists_of(*rows: list[int]) -> RankedLists:
    numbers = np.array(rows, dtype=np.int32)
    return RankedLists(numbers, np.zeros(numbers.shape, np.float32))


def histories_of(*rows: list[int]) -> Queries:
    return Queries.of([np.array(row, dtype=np.int32) for row in rows])


def test_a_hit_that_popularity_would_have_found_is_no_surprise() -> None:
    lists = lists_of([4, 0, 3, 5])
    targets = Targets.of([0, 0, 0], [4, 0, 5], n_queries=1)
    expected = np.array([[False, True, False, False]])

    # targets 4, 0 and 5 were shown; 0 was expected: two of four places
    assert serendipity(lists, 4, targets, expected) == pytest.approx([0.5])
    # within two places only 4 is left
    assert serendipity(lists, 2, targets, expected) == pytest.approx([0.5])


def test_padding_is_no_hit_of_the_query_before() -> None:
    lists = lists_of([0, 1], [-1, -1])
    targets = Targets.of([0, 1], [5, 1], n_queries=2)

    assert serendipity(lists, 2, targets, np.zeros((2, 2), np.bool_)).tolist() == [0, 0]


def test_a_user_without_targets_is_undefined() -> None:
    values = serendipity(
        lists_of([0]), 1, Targets.of([], [], n_queries=1), np.zeros((1, 1), np.bool_)
    )

    assert np.isnan(values).all()


def test_what_the_user_has_met_makes_room_for_the_next_popular_item() -> None:
    # popularity order is 0 1 2 3 4 5; the two best unmet items are 2 and 4, and 0 and 1
    lists = lists_of([2, 4, 5, -1], [0, 1, 2, 5])
    expected = expected_by_popularity(lists, 2, histories_of([0, 3, 1, 3], []), np.arange(6))

    assert expected.tolist() == [[True, True, False, False], [True, True, False, False]]


def test_an_item_that_nobody_expects_stays_unexpected_for_all_histories() -> None:
    places = np.array([0, 2**40, 2**40])

    expected = expected_by_popularity(lists_of([1, 2]), 5, histories_of([0, 1]), places)

    assert not expected.any()


@given(st.sets(st.integers(0, 11)), st.integers(1, 6))
def test_as_many_are_expected_as_were_asked_for_unless_the_catalog_ends(
    met: set[int], k: int
) -> None:
    lists = lists_of(list(range(12)))
    expected = expected_by_popularity(lists, k, histories_of(sorted(met)), np.arange(12))

    unmet = [item for item in range(12) if item not in met]
    assert [item for item in unmet if expected[0, item]] == unmet[:k]
