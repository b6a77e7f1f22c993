import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from lorewise.data.item_list import RankedLists
from lorewise.data.queries import Queries
from lorewise.evaluation.calibration import (
    ALPHA,
    calibration_error,
    popularity_shares,
    tag_shares,
)
from lorewise.evaluation.training_counts import TrainingCounts

DRAMA, COMEDY, BOTH, NONE = 0, 1, 2, 3
GROUPS = csr_array(np.array([[1, 0], [0, 1], [0.5, 0.5], [0, 0]]))


def error_of(history: list[int], shown: list[int], k: int = 4) -> float:
    numbers = np.array([shown], dtype=np.int32)
    lists = RankedLists(numbers, np.zeros(numbers.shape, np.float32))
    histories = Queries.of([np.array(history, dtype=np.int32)])
    return float(calibration_error(lists, k, histories, GROUPS)[0])


def test_a_list_in_the_proportions_of_the_history_is_calibrated() -> None:
    assert error_of([DRAMA, COMEDY], [BOTH, BOTH]) == pytest.approx(0, abs=1e-12)


def test_a_list_of_dramas_for_a_taste_of_three_quarters_drama() -> None:
    # p = (.75, .25), q = (1, 0), q' = (.99 + .0075, .0025);
    # .75 ln(.75 / .9975) + .25 ln(.25 / .0025) = .75 * -.28518 + .25 * 4.60517 = .93741
    found = error_of([DRAMA, DRAMA, DRAMA, COMEDY], [DRAMA, DRAMA])

    assert found == pytest.approx(0.93741, abs=1e-5)


def test_a_list_of_nothing_the_user_likes_is_the_worst() -> None:
    assert error_of([DRAMA], [COMEDY]) == pytest.approx(-np.log(ALPHA))


def test_items_without_group_and_past_k_do_not_count() -> None:
    assert error_of([DRAMA, NONE], [DRAMA, NONE, -1, COMEDY], k=3) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("history", "shown"), [([], [0]), ([NONE], [0]), ([0], [-1]), ([0], [3])])
def test_nothing_to_compare_is_undefined(history: list[int], shown: list[int]) -> None:
    assert np.isnan(error_of(history, shown))


items = st.lists(st.sampled_from([DRAMA, COMEDY, BOTH]), min_size=1, max_size=6)


@given(items, items)
def test_the_error_is_bounded(history: list[int], shown: list[int]) -> None:
    assert 0 <= error_of(history, shown, k=6) <= -np.log(ALPHA) + 1e-9


def test_lists_of_tags_are_shared_out_and_repeats_count_once() -> None:
    tags = pl.Series([["b", "a", "b"], [], None, ["c"]])

    assert tag_shares(tags).toarray().tolist() == [[0.5, 0.5, 0], [0, 0, 0], [0, 0, 0], [0, 0, 1]]


def test_no_tags_at_all_give_no_group() -> None:
    assert tag_shares(pl.Series(["", None], dtype=pl.String)).shape == (2, 0)


def test_popularity_has_three_groups() -> None:
    events = np.array([5, 1, 0, 1, 1])
    counts = TrainingCounts(
        item_events=events, item_users=events, n_users=5, item_ids=tuple("abcde")
    )

    assert popularity_shares(counts).toarray().argmax(axis=1).tolist() == [0, 1, 2, 1, 1]
    assert popularity_shares(counts).sum(axis=1).tolist() == [1] * 5
