import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.assemble import assemble
from lorewise.data.dataset import Dataset
from lorewise.data.preferences import AssembleSettings
from lorewise.errors import DataError


def pairs(dataset: Dataset) -> list[tuple[str, str]]:
    users, items = dataset.users.array, dataset.items.array
    return list(zip(users[dataset.user_numbers], items[dataset.item_numbers], strict=True))


def test_ids_are_text_and_keep_their_leading_zeros() -> None:
    dataset = assemble(pl.DataFrame({"user_id": ["01", "1"], "item_id": ["007", "7"]}))
    assert set(dataset.users.ids) == {"01", "1"}
    assert set(dataset.items.ids) == {"007", "7"}


def test_whole_numbers_and_categories_become_text_ids() -> None:
    table = pl.DataFrame(
        {"user_id": [1, 2], "item_id": pl.Series(["a", "b"], dtype=pl.Categorical)}
    )
    assert set(assemble(table).users.ids) == {"1", "2"}
    assert set(assemble(table).items.ids) == {"a", "b"}


def test_rows_are_sorted_by_user_then_time_then_order_of_the_file() -> None:
    table = pl.DataFrame(
        {
            "user_id": ["u", "v", "u", "u", "v"],
            "item_id": ["late", "b", "tie1", "tie2", "a"],
            "timestamp": [9, 5, 1, 1, 5],
        }
    )
    dataset = assemble(table)
    of_user = {
        "u": [("u", "tie1"), ("u", "tie2"), ("u", "late")],
        "v": [("v", "b"), ("v", "a")],
    }
    assert pairs(dataset) == [pair for user in dataset.users.ids for pair in of_user[user]]
    assert dataset.has_times


def test_without_times_the_order_of_the_file_holds() -> None:
    dataset = assemble(pl.DataFrame({"user_id": ["u"] * 3, "item_id": ["c", "a", "b"]}))
    assert [item for _, item in pairs(dataset)] == ["c", "a", "b"]
    assert not dataset.has_times
    assert dataset.timestamps_s.tolist() == [0, 0, 0]


def test_arrays_have_the_documented_types_and_can_be_written_to() -> None:
    dataset = assemble(pl.DataFrame({"user_id": ["u"], "item_id": ["i"], "timestamp": [5]}))
    types = {
        "user_numbers": np.int32,
        "item_numbers": np.int32,
        "weights": np.float32,
        "ratings": np.float32,
        "timestamps_s": np.int64,
        "repeatable": np.bool_,
    }
    for name, dtype in types.items():
        column = getattr(dataset, name)
        assert column.dtype == dtype, name
        assert column.flags.writeable, name
    assert np.isnan(dataset.ratings).all()


def test_items_without_interactions_belong_to_the_catalog_and_strangers_join_it() -> None:
    dataset = assemble(
        pl.DataFrame({"user_id": ["u", "u"], "item_id": ["known", "stranger"]}),
        pl.DataFrame({"title": ["Known", "Cold"], "item_id": ["known", "cold"]}),
        pl.DataFrame({"id": ["w"], "age": [30]}),
    )
    assert dataset.item_table.columns == ["item_id", "title"]
    assert dataset.item_table["item_id"].to_list() == list(dataset.items.ids)
    titles = dict(dataset.item_table.iter_rows())
    assert titles == {"known": "Known", "cold": "Cold", "stranger": None}
    assert dataset.user_table["user_id"].to_list() == list(dataset.users.ids)
    assert dict(dataset.user_table.iter_rows()) == {"u": None, "w": 30}


def test_pandas_and_arrow_tables_give_the_dataset_that_polars_gives() -> None:
    columns = {"user": ["u", "v"], "item": ["07", "a"], "stars": [5, 1], "ts": [3, 4]}
    expected = assemble(pl.DataFrame(columns)).fingerprint
    assert assemble(pd.DataFrame(columns)).fingerprint == expected
    assert assemble(pa.table(columns)).fingerprint == expected


def test_settings_reach_the_weights() -> None:
    table = pl.DataFrame({"user_id": ["u", "u"], "item_id": ["a", "b"], "rating": [3, 5]})
    assert assemble(table).weights.tolist() == [1, 1]
    strict = AssembleSettings(dislike_at_or_below=3)
    assert assemble(table, settings=strict).weights.tolist() == [-1, 1]


def test_repeated_interactions_are_all_kept() -> None:
    table = pl.DataFrame({"user_id": ["u"] * 3, "item_id": ["a"] * 3, "event": ["play"] * 3})
    dataset = assemble(table)
    assert dataset.n_interactions == 3
    assert dataset.repeatable.all()


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("weight", float("nan"), "interactions, row 2, column 'weight': 'NaN' is not a finite"),
        ("weight", 0.0, "interactions, row 2, column 'weight': '0.0' is no weight; drop the row"),
        ("weight", None, "interactions, row 2, column 'weight': '' is not a number"),
        ("timestamp", -1.0, "interactions, row 2, column 'timestamp': '-1.0' is before 1970"),
    ],
)
def test_a_bad_row_is_named(column: str, value: float | None, message: str) -> None:
    table = pl.DataFrame({"user_id": ["u", "u"], "item_id": ["a", "b"], column: [1.0, value]})
    with pytest.raises(DataError, match=message):
        assemble(table)


def test_bad_rows_of_all_tables_are_counted() -> None:
    with pytest.raises(DataError, match=r"^interactions, row 1, .* \(2 more bad rows\)$"):
        assemble(
            pl.DataFrame({"user_id": ["", "u"], "item_id": ["a", "b"]}),
            pl.DataFrame({"item_id": ["a", "a"]}),
            pl.DataFrame({"user_id": [None, "u"]}),
        )


interactions = st.lists(
    st.tuples(st.sampled_from("uvw"), st.sampled_from("abcd"), st.integers(0, 3)), min_size=1
)


@given(interactions)
def test_every_interaction_is_kept_and_each_history_is_in_order_of_time(
    rows: list[tuple[str, str, int]],
) -> None:
    table = pl.DataFrame(rows, schema=["user_id", "item_id", "timestamp"], orient="row")
    dataset = assemble(table)
    kept = [(*pair, int(at)) for pair, at in zip(pairs(dataset), dataset.timestamps_s, strict=True)]
    number = dataset.users.number_of
    assert kept == sorted(rows, key=lambda row: (number[row[0]], row[2]))


@given(interactions)
def test_numbers_do_not_depend_on_the_order_of_users_in_the_file(
    rows: list[tuple[str, str, int]],
) -> None:
    by_user = sorted(rows, key=lambda row: row[0])
    first, second = (
        assemble(pl.DataFrame(table, schema=["user_id", "item_id", "time"], orient="row"))
        for table in (rows, by_user)
    )
    assert first.fingerprint == second.fingerprint
