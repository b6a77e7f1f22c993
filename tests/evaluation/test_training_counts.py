import numpy as np
import polars as pl

from lorewise.data.dataset import Dataset
from lorewise.data.vocabulary import Vocabulary
from lorewise.evaluation.training_counts import TrainingCounts


def counts_of(item_events: list[int], item_ids: str | None = None) -> TrainingCounts:
    events = np.array(item_events, dtype=np.int64)
    ids = tuple(item_ids or "abcdefghijklmnopqrstuvwxyz")[: len(events)]
    return TrainingCounts(item_events=events, item_users=events, n_users=9, item_ids=ids)


def test_a_user_who_came_back_counts_once_among_users() -> None:
    users, items = Vocabulary.of(["u", "v", "idle"]), Vocabulary.of(["a", "b", "cold"])
    pairs = [("u", "a"), ("u", "a"), ("v", "a"), ("v", "b")]
    rows = sorted((users.number_of[u], items.number_of[i]) for u, i in pairs)
    n = len(rows)
    dataset = Dataset(
        users=users,
        items=items,
        user_numbers=np.array([u for u, _ in rows], dtype=np.int32),
        item_numbers=np.array([i for _, i in rows], dtype=np.int32),
        weights=np.ones(n, np.float32),
        ratings=np.full(n, np.nan, np.float32),
        timestamps_s=np.zeros(n, np.int64),
        repeatable=np.zeros(n, np.bool_),
        item_table=pl.DataFrame({"item_id": items.ids}),
        user_table=pl.DataFrame({"user_id": users.ids}),
    )

    counts = TrainingCounts.of(dataset)

    wanted = items.numbers(["a", "b", "cold"])
    assert counts.item_events[wanted].tolist() == [3, 1, 0]
    assert counts.item_users[wanted].tolist() == [2, 1, 0]
    assert counts.n_users == 2
    assert counts.item_ids == items.ids


def test_the_head_is_the_most_popular_fifth_and_the_rest_is_tail() -> None:
    counts = counts_of([1, 9, 2, 3, 8, 0, 0, 4, 5, 6])

    assert np.flatnonzero(counts.is_head).tolist() == [1, 4]
    assert np.flatnonzero(counts.is_cold).tolist() == [5, 6]
    assert counts.is_tail.tolist() == (~counts.is_head).tolist()


def test_among_equally_popular_items_the_smaller_id_is_in_the_head() -> None:
    assert counts_of([2, 2, 2, 2, 2], "edcba").is_head.tolist() == [False] * 4 + [True]


def test_a_small_catalog_still_has_one_item_in_its_head() -> None:
    assert counts_of([1, 2]).is_head.tolist() == [False, True]


def test_a_cold_item_is_never_in_the_head() -> None:
    # a fifth of the ten items would be two, but only one was ever met
    assert np.flatnonzero(counts_of([0] * 9 + [1]).is_head).tolist() == [9]
    assert not counts_of([0, 0]).is_head.any()


def test_places_by_popularity_start_at_0() -> None:
    assert counts_of([1, 9, 2]).popularity_ranks.tolist() == [2, 0, 1]
