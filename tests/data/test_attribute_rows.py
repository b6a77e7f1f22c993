import polars as pl
import pytest

from lorewise.data.attribute_rows import checked_attributes
from lorewise.data.column_names import ITEM_KEY
from lorewise.data.rejects import ROW
from lorewise.data.source_tables import table_of_frame
from lorewise.errors import DataError


def checked(**columns: object) -> tuple[pl.DataFrame, list[tuple[object, ...]]]:
    rows, rejects = checked_attributes(table_of_frame(pl.DataFrame(columns), "items"), ITEM_KEY)
    return rows.drop(ROW), rejects.rows.rows()


def test_the_key_comes_first_as_text_whatever_it_was_called() -> None:
    rows, _ = checked(title=["A", "B"], movieId=[10, 2])
    assert rows.to_dict(as_series=False) == {"item_id": ["10", "2"], "title": ["A", "B"]}


def test_lists_become_text_joined_by_bars() -> None:
    rows, _ = checked(
        item_id=["a", "b", "c"], tags=[["x", "y"], [], None], years=[[1, None, 2], [3], None]
    )
    assert rows["tags"].to_list() == ["x|y", None, None]
    assert rows["years"].to_list() == ["1|2", "3", None]


def test_fixed_size_arrays_are_lists_too() -> None:
    rows, _ = checked(item_id=["a"], size=pl.Series([[1, 2]], dtype=pl.Array(pl.Int64, 2)))
    assert rows["size"].to_list() == ["1|2"]


def test_other_columns_keep_their_type() -> None:
    rows, _ = checked(item_id=["a"], year=[1999], price=[1.5])
    assert rows.schema == {"item_id": pl.String, "year": pl.Int64, "price": pl.Float64}


def test_a_column_without_name_is_left_out() -> None:
    rows, _ = checked_attributes(
        table_of_frame(pl.DataFrame({"": [0], "item_id": ["a"]}), "items"), ITEM_KEY
    )
    assert rows.columns == ["item_id", ROW]


def test_a_repeated_id_keeps_its_first_row_and_rejects_all_others() -> None:
    rows, rejects = checked(item_id=["a", "b", "a", "a"], title=["1", "2", "3", "4"])
    assert rows["title"].to_list() == ["1", "2"]
    reason = "stands in row 1 already; merge the two rows or drop one"
    assert rejects == [(3, "item_id", "a", reason), (4, "item_id", "a", reason)]


def test_a_table_without_rows_keeps_its_columns() -> None:
    rows, rejects = checked_attributes(
        table_of_frame(pl.DataFrame(schema={"id": pl.String, "tags": pl.List(pl.String)}), "items"),
        ITEM_KEY,
    )
    assert rows.schema == {"item_id": pl.String, "tags": pl.String, ROW: pl.Int64}
    assert rejects.rows.is_empty()


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ([{"a": 1}], r"column 'x': values of type Struct\(\{'a': Int64\}\) cannot be read"),
        ([[["a"]]], r"column 'x': values of type List\(List\(String\)\) cannot be read"),
        ([b"a"], "column 'x': values of type Binary cannot be read"),
    ],
)
def test_values_that_are_neither_plain_nor_flat_lists_are_refused(
    column: list[object], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        checked(item_id=["a"], x=column)
