from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.vocabulary import Vocabulary

Row = tuple[Any, ...]


def dataset_of(
    rows: Sequence[Row],
    *,
    has_times: bool = True,
    unseen: Sequence[str] = (),
    columns: Mapping[str, Callable[[str], Any]] | None = None,
) -> Dataset:
    """Return the dataset of rows ``(user, item, time)``, optionally with a weight and a rating.

    ``unseen`` items have no rows; ``columns`` say what an item's attribute is, given its id.
    """
    users = Vocabulary.of(row[0] for row in rows)
    items = Vocabulary.of([*(row[1] for row in rows), *unseen])
    times = np.array([row[2] if has_times else 0 for row in rows], dtype=np.int64)
    numbers = users.numbers([row[0] for row in rows])
    order = np.lexsort((np.arange(len(rows)), times, numbers))
    weights = np.array([row[3] if len(row) > 3 else 1 for row in rows], dtype=np.float32)
    ratings = np.array([row[4] if len(row) > 4 else np.nan for row in rows], dtype=np.float32)
    attributes = {name: [of(key) for key in items.ids] for name, of in (columns or {}).items()}
    return Dataset(
        users=users,
        items=items,
        user_numbers=numbers[order],
        item_numbers=items.numbers([row[1] for row in rows])[order],
        weights=weights[order],
        ratings=ratings[order],
        timestamps_s=times[order],
        repeatable=np.zeros(len(rows), dtype=np.bool_),
        item_table=pl.DataFrame({"item_id": list(items.ids), **attributes}),
        user_table=pl.DataFrame({"user_id": list(users.ids)}),
        has_times=has_times,
    )


@pytest.fixture(scope="session")
def build() -> Callable[..., Dataset]:
    return dataset_of


@pytest.fixture(scope="session")
def plain_rows() -> list[Row]:
    """120 users with 10 rows each over 600 items, at times without ties; nothing is odd."""
    rng = np.random.default_rng(11)
    return [
        (f"u{user}", f"{item}", int(time))
        for user in range(120)
        for item, time in zip(
            rng.choice(600, 10, replace=False),
            rng.choice(10_000_000, 10, replace=False),
            strict=True,
        )
    ]
