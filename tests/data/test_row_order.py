from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from lorewise.data.assemble import assemble
from lorewise.data.row_order import rows_tell_time

ITEMS = ["9", "30", "11", "100", "7", "55"]


def events(items: list[str], **columns: list[float]) -> pl.DataFrame:
    users = [user for user in ("a", "b") for _ in items]
    return pl.DataFrame({"user_id": users, "item_id": items * 2} | columns)


def test_times_tell_time_whatever_the_order_of_the_ids() -> None:
    rows = events(sorted(ITEMS, key=int), timestamp=[float(when) for when in range(12)])
    assert rows_tell_time(assemble(rows))


def test_without_times_rows_in_no_other_order_tell_time() -> None:
    assert rows_tell_time(assemble(events(ITEMS)))
    assert rows_tell_time(assemble(events(ITEMS, weight=[1.0] * 12)))


@pytest.mark.parametrize("direction", [1, -1])
def test_rows_sorted_by_weight_do_not(direction: int) -> None:
    weights = [float(weight) for weight in range(1, 7)][::direction] * 2
    assert not rows_tell_time(assemble(events(ITEMS, weight=weights)))


def test_rows_sorted_by_id_as_a_number_do_not() -> None:
    assert not rows_tell_time(assemble(events(sorted(ITEMS, key=int))))


def test_rows_sorted_by_id_as_a_text_do_not() -> None:
    assert not rows_tell_time(assemble(events(sorted(f"i{key}" for key in ITEMS))))


def test_a_dataset_without_events_tells_nothing_wrong() -> None:
    dataset = assemble(events(ITEMS))
    empty = dataset.only(np.zeros(dataset.n_interactions, dtype=np.bool_))
    assert rows_tell_time(replace(empty, has_times=False))
