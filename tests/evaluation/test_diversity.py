import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.item_features import unit_rows
from lorewise.data.item_list import RankedLists
from lorewise.evaluation.diversity import intra_list_diversity

VECTORS = np.array([[1, 0], [0.6, 0.8], [0, 1], [0, 0]], dtype=np.float32)


def lists_of(*rows: list[int]) -> RankedLists:
    numbers = np.array(rows, dtype=np.int32)
    return RankedLists(numbers, np.zeros(numbers.shape, np.float32))


def test_diversity_is_one_minus_the_mean_cosine_of_the_pairs() -> None:
    # cosines 0.6, 0 and 0.8: 1 - 1.4 / 3
    assert intra_list_diversity(lists_of([0, 1, 2]), 3, VECTORS) == pytest.approx([1 - 1.4 / 3])


def test_only_the_first_k_count() -> None:
    assert intra_list_diversity(lists_of([0, 1, 2]), 2, VECTORS) == pytest.approx([0.4])


def test_an_unknown_item_does_not_pass_for_a_different_one() -> None:
    assert intra_list_diversity(lists_of([0, 3, 1, -1]), 4, VECTORS) == pytest.approx([0.4])


def test_one_known_item_has_no_diversity_to_speak_of() -> None:
    assert np.isnan(intra_list_diversity(lists_of([0, 3], [-1, -1]), 2, VECTORS)).all()


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_list_does_not_matter_and_bounds_hold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = unit_rows(rng.standard_normal((8, 3)).astype(np.float32))
    order = rng.permutation(8)[:5]

    first = intra_list_diversity(lists_of(order.tolist()), 5, vectors)[0]
    second = intra_list_diversity(lists_of(order[::-1].tolist()), 5, vectors)[0]

    assert first == pytest.approx(second)
    assert -1e-6 <= first <= 2
