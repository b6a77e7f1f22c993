import numpy as np
import pytest

from lorewise.data.item_list import RankedLists
from lorewise.evaluation.novelty import average_popularity, mean_of_shown, novelty
from lorewise.evaluation.training_counts import TrainingCounts

COUNTS = TrainingCounts(
    item_events=np.array([14, 9, 0]),
    item_users=np.array([7, 3, 0]),
    n_users=7,
    item_ids=("a", "b", "c"),
)


def lists_of(*rows: list[int]) -> RankedLists:
    numbers = np.array(rows, dtype=np.int32)
    return RankedLists(numbers, np.zeros(numbers.shape, np.float32))


def test_what_all_have_is_no_news_and_what_nobody_has_is_finite() -> None:
    # item 0: -log2(8/8) = 0; item 1: -log2(4/8) = 1; item 2: -log2(1/8) = 3
    assert novelty(lists_of([0, 1], [1, 2]), 2, COUNTS) == pytest.approx([0.5, 2.0])


def test_popularity_is_the_mean_of_training_interactions() -> None:
    assert average_popularity(lists_of([0, 1], [2, -1]), 2, COUNTS) == pytest.approx([11.5, 0.0])


def test_items_past_k_do_not_count() -> None:
    assert average_popularity(lists_of([0, 1]), 1, COUNTS) == pytest.approx([14.0])


def test_an_empty_list_is_undefined() -> None:
    assert np.isnan(mean_of_shown(np.ones(3), lists_of([-1, -1]), 2)).all()
