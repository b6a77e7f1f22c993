from collections.abc import Callable

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.ties import shuffle_ties, tied_rows

Build = Callable[..., Dataset]
Listed = Callable[[Dataset], list[tuple[str, str, int]]]


def test_only_the_time_of_the_same_users_row_before_makes_a_tie(build: Build) -> None:
    one_user = build([("u", "a", 1), ("u", "b", 1), ("u", "c", 2), ("u", "d", 2), ("u", "e", 2)])
    assert tied_rows(one_user).tolist() == [False, True, False, True, True]
    assert not tied_rows(build([("u", "a", 1), ("v", "b", 1)])).any()


def test_nothing_is_tied_without_times(build: Build) -> None:
    assert not tied_rows(build([("u", "a", 1), ("u", "b", 1)], has_times=False)).any()


def test_shuffling_moves_items_only_within_one_user_and_time(
    sizable: Dataset, listed: Listed
) -> None:
    shuffled = shuffle_ties(sizable, np.random.default_rng(0))
    assert listed(shuffled) == listed(sizable)
    np.testing.assert_array_equal(shuffled.timestamps_s, sizable.timestamps_s)
    moved = shuffled.item_numbers != sizable.item_numbers
    in_a_run = tied_rows(sizable) | np.append(tied_rows(sizable)[1:], False)
    assert moved.any()
    assert not (moved & ~in_a_run).any()


def test_every_order_of_a_tie_is_equally_likely(build: Build) -> None:
    dataset = build([("u", "a", 1), ("u", "b", 1)])
    rng = np.random.default_rng(0)
    firsts = [int(shuffle_ties(dataset, rng).item_numbers[0]) for _ in range(400)]
    # 400 fair coins: mean 200, standard deviation 10
    assert 150 < sum(firsts) < 250


def test_a_row_keeps_its_columns_together(build: Build) -> None:
    dataset = build([("u", name, 1, float(ord(name))) for name in "abcdefgh"])
    shuffled = shuffle_ties(dataset, np.random.default_rng(1))
    names = shuffled.items.array[shuffled.item_numbers]
    assert names.tolist() != list("abcdefgh")
    assert shuffled.weights.tolist() == [ord(name) for name in names]


def test_file_order_is_kept_where_there_are_no_times(build: Build) -> None:
    dataset = build([("u", name, 0) for name in "abcdefgh"], has_times=False)
    assert shuffle_ties(dataset, np.random.default_rng(1)) is dataset
