from collections.abc import Callable

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.last_item import last_item
from lorewise.data.splitting.sparse import sparse

Build = Callable[..., Dataset]
Listed = Callable[[Dataset], list[tuple[str, str, int]]]


def test_the_same_rows_are_held_out_as_without_thinning(sizable: Dataset, listed: Listed) -> None:
    thinned, whole = sparse(sizable, rng=np.random.default_rng(0)), last_item(sizable)
    assert listed(thinned.held_out) == listed(whole.held_out)
    np.testing.assert_array_equal(thinned.tied, whole.tied)


def test_each_user_keeps_a_tenth_but_never_less_than_one(sizable: Dataset) -> None:
    made = sparse(sizable, rng=np.random.default_rng(0))
    n_before = np.diff(sizable.offsets) - 1
    # users have 3 to 32 training rows, so they keep 1 (below 20), 2 (20 to 29) or 3
    expected = np.where(n_before < 20, 1, np.where(n_before < 30, 2, 3))
    np.testing.assert_array_equal(np.diff(made.train.offsets), expected)


def test_a_user_with_a_single_row_keeps_it(build: Build, listed: Listed) -> None:
    made = sparse(
        build([("u", "a", 1), ("v", "a", 1), ("v", "b", 2), ("v", "c", 3)]),
        rng=np.random.default_rng(0),
    )
    assert ("u", "a", 1) in listed(made.train)


def test_any_training_row_may_survive(build: Build) -> None:
    dataset = build([("u", name, time) for time, name in enumerate("abcdef")])
    rng = np.random.default_rng(0)
    kept = {int(sparse(dataset, rng=rng).train.timestamps_s[0]) for _ in range(100)}
    assert kept == {0, 1, 2, 3, 4}
