import polars as pl
import pytest

from lorewise.data import source_tables
from lorewise.data.interaction_rows import checked_interactions
from lorewise.data.preferences import AssembleSettings
from lorewise.data.rejects import Rejects
from lorewise.data.source_tables import table_of_frame
from lorewise.errors import DataError


def checked(**columns: object) -> tuple[pl.DataFrame, Rejects]:
    table = table_of_frame(pl.DataFrame(columns), "interactions")
    return checked_interactions(table, AssembleSettings())


def test_columns_come_back_in_compact_types_under_their_roles() -> None:
    rows, _ = checked(
        uid=[1], isbn=["007"], stars=["3.5"], time=["60"], action=["view"], note=["x"]
    )
    assert rows.schema == {
        "__row__": pl.get_index_type(),
        "user_id": pl.Categorical(),
        "item_id": pl.Categorical(),
        "event_type": pl.Categorical(),
        "rating": pl.Float32,
        "timestamp": pl.Int64,
    }
    assert rows.row(0) == (1, "1", "007", "view", 3.5, 60)


def test_batches_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {
        "user_id": ["a", "", "b", "a", "c"],
        "item_id": ["x", "x", " y", "z", "x"],
        "rating": [1.0, 2.0, 300.0, 0.0, float("nan")],
    }
    whole, rejects = checked(**columns)
    monkeypatch.setattr(source_tables, "N_BATCH_ROWS", 2)
    parts, rejected_in_parts = checked(**columns)
    assert whole.equals(parts)
    assert rejects.rows.equals(rejected_in_parts.rows)
    assert rejects.rows["row"].to_list() == [2, 3, 5]


def test_a_zero_is_a_bad_count_and_a_good_rating() -> None:
    _, counts = checked(user_id=["u", "u"], item_id=["a", "b"], rating=[0, 11])
    assert counts.rows["row"].to_list() == [1]
    _, ratings = checked(user_id=["u", "u"], item_id=["a", "b"], rating=[0, 10])
    assert ratings.rows.is_empty()


def test_a_zero_rating_beside_a_weight_counts_nothing_and_is_no_fault() -> None:
    _, rejects = checked(user_id=["u", "u"], item_id=["a", "b"], rating=[0, 11], weight=[1, 1])
    assert rejects.rows.is_empty()


def test_an_empty_number_is_good_where_an_event_says_what_happened() -> None:
    columns = {"user_id": ["u", "u"], "item_id": ["a", "b"], "weight": [None, 2.0]}
    assert checked(**columns)[1].rows["row"].to_list() == [1]
    assert checked(**columns, event_type=["view", "buy"])[1].rows.is_empty()


def test_an_empty_rating_is_good_beside_a_weight() -> None:
    columns = {"user_id": ["u", "u"], "item_id": ["a", "b"], "rating": [None, 2.0]}
    assert checked(**columns)[1].rows["row"].to_list() == [1]
    assert checked(**columns, weight=[1, 1])[1].rows.is_empty()


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(DataError, match="interactions: no rows; give at least one interaction"):
        checked(user_id=[], item_id=[])


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("item_id", [1.5], "column 'item_id': values of type Float64 are no item_id"),
        ("weight", [True], "column 'weight': values of type Boolean are no weight"),
        ("time", [True], "column 'time': values of type Boolean are no timestamp"),
        ("event", [1.0], "column 'event': values of type Float64 are no event_type"),
    ],
)
def test_a_column_of_the_wrong_type_is_refused(
    column: str, values: list[object], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        checked(**{"user_id": ["u"], "item_id": ["i"], column: values})
