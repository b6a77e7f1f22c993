from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.random_share import random_share
from lorewise.errors import DataError

Build = Callable[..., Dataset]
Listed = Callable[[Dataset], list[tuple[str, str, int]]]


def test_each_user_gives_a_fifth_rounded_down(sizable: Dataset) -> None:
    made = random_share(sizable, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(np.diff(made.held_out.offsets), np.diff(sizable.offsets) // 5)


def test_whoever_knows_the_seed_can_repeat_it_from_the_ids(
    sizable: Dataset, listed: Listed
) -> None:
    frame = pl.DataFrame(
        {
            "user_id": sizable.users.array[sizable.user_numbers].tolist(),
            "item_id": sizable.items.array[sizable.item_numbers].tolist(),
            "timestamp": sizable.timestamps_s,
        }
    ).sort("user_id", maintain_order=True)
    frame = frame.with_columns(pl.Series("draw", np.random.default_rng(42).random(frame.height)))
    is_held = pl.col("draw").rank("ordinal").over("user_id") <= pl.len().over("user_id") // 5
    expected = frame.filter(is_held).drop("draw").rows()
    made = random_share(sizable, rng=np.random.default_rng(42))
    assert listed(made.held_out) == sorted(expected)


def test_users_of_four_rows_have_nothing_to_give(build: Build) -> None:
    with pytest.raises(DataError, match="'random' holds nothing out"):
        random_share(build([("u", name, 1) for name in "abcd"]), rng=np.random.default_rng(0))
