import numpy as np
import pytest

from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.slices import ActivityBounds, slice_metrics, slices
from lorewise.evaluation.targets import Targets
from lorewise.evaluation.training_counts import TrainingCounts

EVENTS = np.array([9, 1, 1, 1, 0])  # item 0 is the head, item 4 is cold
COUNTS = TrainingCounts(item_events=EVENTS, item_users=EVENTS, n_users=9, item_ids=tuple("abcde"))
TARGETS = Targets.of(
    [0, 0, 0, 1, 2], [0, 1, 4, 2, 0], n_queries=3, untied=[True, True, False, False, True]
)
RANKED = RankedTargets(
    offsets=TARGETS.offsets,
    ranks=np.array([1, 4, 30, 2, 1]),
    others_ahead=np.array([0, 3, 27, 1, 0]),
    n_others=np.array([40, 40, 40]),
)


def masks() -> dict[str, list[int]]:
    found = slices(TARGETS, np.array([5, 6, 21]), COUNTS, ActivityBounds(5, 20))
    return {name: np.flatnonzero(mask).tolist() for name, mask in found.items()}


def test_items_fall_into_head_and_tail_and_cold_ones_are_tail_too() -> None:
    assert masks()["head_items"] == [0, 4]
    assert masks()["tail_items"] == [1, 2, 3]
    assert masks()["cold_items"] == [2]


def test_users_fall_into_groups_whose_bounds_are_included() -> None:
    assert masks()["sparse_users"] == [0, 1, 2]
    assert masks()["regular_users"] == [3]
    assert masks()["active_users"] == [4]


def test_untied_targets_are_marked_only_where_someone_knows() -> None:
    assert masks()["untied"] == [0, 1, 4]
    nobody_knows = Targets.of([0], [1], n_queries=1)
    assert "untied" not in slices(nobody_knows, np.array([5]), COUNTS, ActivityBounds(5, 20))


def test_tail_recall_is_the_share_of_a_users_tail_targets_that_were_found() -> None:
    found = slice_metrics(RANKED, {"tail_items": COUNTS.is_tail[TARGETS.item_numbers]}, (10,))

    # user 0 found one of two, user 1 one of one; user 2 has no tail target
    assert found["tail_items"]["recall@10"] == pytest.approx((1 / 2 + 1) / 2)
    # 1/log2(5) / (1 + 1/log2(3)) = .43068 / 1.63093 and 1/log2(3) = .63093
    assert found["tail_items"]["ndcg@10"] == pytest.approx((0.26407 + 0.63093) / 2, abs=1e-5)
    assert found["tail_items"]["n_users"] == 2
    assert found["tail_items"]["n_targets"] == 3


def test_the_slice_of_all_targets_has_the_metrics_of_the_whole() -> None:
    found = slice_metrics(RANKED, {"all": np.ones(5, dtype=np.bool_)}, (10,))["all"]

    assert found["recall@10"] == pytest.approx((2 / 3 + 1 + 1) / 3)
    # user 0 loses 0 + 3 + 27 of its 3 * 40 pairs, user 1 one of 40
    assert found["auc"] == pytest.approx((0.75 + 0.975 + 1) / 3)


def test_an_empty_slice_says_so_and_no_more() -> None:
    found = slice_metrics(RANKED, {"none": np.zeros(5, dtype=np.bool_)}, (10,))

    assert found == {"none": {"n_users": 0.0, "n_targets": 0.0}}


def test_where_everyone_is_active_the_groups_are_thirds_of_the_users() -> None:
    n_events = np.arange(20, 320)
    bounds = ActivityBounds.of(n_events)

    assert np.mean(n_events <= bounds.few) == pytest.approx(1 / 3, abs=0.01)
    assert np.mean(n_events > bounds.many) == pytest.approx(1 / 3, abs=0.01)


def test_without_users_the_bounds_are_the_usual_ones() -> None:
    assert ActivityBounds.of(np.zeros(0, dtype=np.int64)) == ActivityBounds(5, 20)


def test_bounds_are_stated_so_that_every_user_is_in_one_group() -> None:
    assert ActivityBounds(5, 20).stated() == {
        "sparse_users": {"max_events": 5},
        "regular_users": {"min_events": 6, "max_events": 20},
        "active_users": {"min_events": 21},
    }
