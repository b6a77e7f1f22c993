import numpy as np
import pytest
from peers.exchange import Events
from peers.rules import MODELS, counted, last_items


def walks(*items_of_users: list[int], n_items: int = 6) -> Events:
    users = np.repeat(np.arange(len(items_of_users)), [len(items) for items in items_of_users])
    return Events(
        users=users.astype(np.int32),
        items=np.concatenate(items_of_users).astype(np.int32),
        times_s=np.zeros(len(users), dtype=np.int64),
        ratings=np.full(len(users), np.nan, dtype=np.float32),
        n_users=len(items_of_users),
        n_items=n_items,
    )


def test_a_rule_weighs_one_over_the_distance_and_never_leaves_a_user() -> None:
    rules = counted(walks([0, 1, 2], [1, 2]), window=2).toarray()
    # 1 leads to 2 twice at distance 1; 0 to 2 once at distance 2.
    assert (rules[0, 1], rules[1, 2], rules[0, 2]) == pytest.approx((1, 2, 0.5))
    assert rules.sum() == pytest.approx(3.5)


def test_the_older_an_item_the_less_it_says() -> None:
    last = last_items(walks([0, 1, 2], [3]), n_last=2).toarray()
    assert last.tolist() == [[0, 0.5, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0]]


def test_what_came_next_for_others_is_recommended() -> None:
    events = walks([0, 1, 2, 3], [4, 1, 2], [5, 1])
    recommend = MODELS["rules"].fit(events, MODELS["rules"].start, 1)
    lists = recommend(np.array([2], dtype=np.int32))
    # From 1: 2 twice at distance 1, 3 once at distance 2; nothing else ever followed.
    assert lists[0, :3].tolist() == [2, 3, -1]
