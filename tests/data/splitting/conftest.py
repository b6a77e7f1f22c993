from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.vocabulary import Vocabulary


def dataset_of(rows: Sequence[tuple[Any, ...]], *, has_times: bool = True) -> Dataset:
    """Return the dataset of rows ``(user, item, time)`` or ``(user, item, time, weight)``."""
    users = Vocabulary.of(row[0] for row in rows)
    items = Vocabulary.of(row[1] for row in rows)
    times = np.array([row[2] if has_times else 0 for row in rows], dtype=np.int64)
    numbers = users.numbers([row[0] for row in rows])
    order = np.lexsort((np.arange(len(rows)), times, numbers))
    weights = np.array([row[3] if len(row) > 3 else 1 for row in rows], dtype=np.float32)
    return Dataset(
        users=users,
        items=items,
        user_numbers=numbers[order],
        item_numbers=items.numbers([row[1] for row in rows])[order],
        weights=weights[order],
        ratings=np.full(len(rows), np.nan, dtype=np.float32),
        timestamps_s=times[order],
        repeatable=np.zeros(len(rows), dtype=np.bool_),
        item_table=pl.DataFrame({"item_id": items.ids}),
        user_table=pl.DataFrame({"user_id": users.ids}),
        has_times=has_times,
    )


def triples(dataset: Dataset) -> list[tuple[str, str, int]]:
    """Return ``(user, item, time)`` of each row, sorted."""
    return sorted(
        (dataset.users.ids[user], dataset.items.ids[item], int(time))
        for user, item, time in zip(
            dataset.user_numbers, dataset.item_numbers, dataset.timestamps_s, strict=True
        )
    )


@pytest.fixture(scope="session")
def build() -> Callable[..., Dataset]:
    return dataset_of


@pytest.fixture(scope="session")
def listed() -> Callable[[Dataset], list[tuple[str, str, int]]]:
    return triples


@pytest.fixture(scope="session")
def sizable() -> Dataset:
    """Thirty users with 4 to 33 rows over forty items, many at equal times."""
    rng = np.random.default_rng(7)
    rows = [
        (f"u{user}", f"i{rng.integers(40)}", int(rng.integers(50)))
        for user in range(30)
        for _ in range(4 + user)
    ]
    return dataset_of(rows)
