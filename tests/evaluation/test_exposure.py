import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.item_list import RankedLists
from lorewise.evaluation.exposure import POPULARITY_SHARES, Exposure, popularity_curve

CATALOG = np.arange(4, dtype=np.int32)


def lists_of(*rows: list[int]) -> RankedLists:
    numbers = np.array(rows, dtype=np.int32)
    return RankedLists(numbers, np.zeros(numbers.shape, np.float32))


def test_only_the_first_k_places_count_and_padding_never() -> None:
    exposure = Exposure.of(lists_of([0, 1, 2], [1, -1, -1]), 2, n_items=4)

    assert exposure.counts.tolist() == [1, 2, 0, 0]
    assert exposure.coverage(CATALOG) == 0.5


def test_items_that_could_not_be_shown_do_not_lower_coverage() -> None:
    exposure = Exposure(np.array([0, 0, 3, 1]))

    assert exposure.coverage(np.array([2, 3], dtype=np.int32)) == 1.0


def test_batches_add_up() -> None:
    total = Exposure.total([Exposure(np.array([1, 0])), Exposure(np.array([2, 3]))])

    assert total.counts.tolist() == [3, 3]


def test_gini_of_a_hand_computed_spread() -> None:
    # sorted 0 1 2 5: (-3*0 - 1*1 + 1*2 + 3*5) / (4 * 8) = 16 / 32
    assert Exposure(np.array([5, 0, 2, 1])).gini(CATALOG) == pytest.approx(0.5)


def test_equal_exposure_has_no_inequality_and_none_at_all_has_none_either() -> None:
    assert Exposure(np.array([2, 2, 2, 2])).gini(CATALOG) == 0
    assert Exposure(np.zeros(4, dtype=np.int64)).gini(CATALOG) == 0


@given(st.lists(st.integers(0, 50), min_size=2, max_size=12), st.randoms())
def test_gini_is_between_0_and_1_and_knows_no_order(
    counts: list[int], random: np.random.Generator
) -> None:
    catalog = np.arange(len(counts), dtype=np.int32)
    value = Exposure(np.array(counts)).gini(catalog)
    random.shuffle(counts)

    assert -1e-12 <= value < 1
    assert Exposure(np.array(counts)).gini(catalog) == pytest.approx(value)


def test_the_share_of_chosen_items_is_of_all_places() -> None:
    chosen = np.array([False, True, True, False])

    assert Exposure(np.array([5, 2, 1, 0])).share(chosen) == 3 / 8
    assert Exposure(np.zeros(4, dtype=np.int64)).share(chosen) == 0


def test_the_curve_adds_up_from_the_most_popular_item() -> None:
    counts = np.zeros(1000, dtype=np.int64)
    counts[[7, 3, 5]] = [60, 30, 10]
    popular_first = np.concatenate([[7, 3], np.delete(np.arange(1000), [3, 7])])

    curve = dict(zip(POPULARITY_SHARES, popularity_curve(counts, popular_first), strict=True))

    assert curve[0.001] == 0.6  # the first item alone
    assert curve[0.002] == 0.9  # the first two
    assert curve[0.01] == 1.0  # item 5 is the eighth
    assert curve[1.0] == 1.0


def test_the_curve_of_a_tiny_catalog_starts_with_one_item() -> None:
    assert popularity_curve(np.array([1, 3]), np.array([1, 0]))[0] == 0.75
