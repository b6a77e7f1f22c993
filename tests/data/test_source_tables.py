import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from lorewise.data import source_tables
from lorewise.data.rejects import ROW
from lorewise.data.source_tables import ArrowStream, table_of_frame
from lorewise.errors import DataError


def rows_of(frame: ArrowStream) -> list[tuple[object, ...]]:
    table = table_of_frame(frame, "t")
    [batch] = table.batches(list(table.schema))
    return batch.rows.select(pl.all().exclude(ROW)).rows()


def test_polars_pandas_and_arrow_tables_give_the_same_rows() -> None:
    columns = {"id": ["007", None], "n": [1, 2]}
    expected = [("007", 1), (None, 2)]
    assert rows_of(pl.DataFrame(columns)) == expected
    assert rows_of(pd.DataFrame(columns)) == expected
    assert rows_of(pa.table(columns)) == expected


def test_rows_are_numbered_from_one_across_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_tables, "N_BATCH_ROWS", 2)
    batches = list(table_of_frame(pl.DataFrame({"n": [7, 8, 9]}), "t").batches(["n"]))
    assert [batch.rows[ROW].to_list() for batch in batches] == [[1, 2], [3]]


def test_a_column_of_several_types_is_refused() -> None:
    with pytest.raises(DataError, match=r"t: the table cannot be converted .* give every column"):
        table_of_frame(pd.DataFrame({"id": [1, "x"]}), "t")


def test_anything_but_a_table_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="t is a list; give a Polars or pandas DataFrame"):
        table_of_frame([("u", "i")], "t")  # type: ignore[arg-type]  # the slip under test


def test_a_reshaped_table_reads_its_own_columns_and_gives_the_new_ones() -> None:
    table = table_of_frame(pl.DataFrame({"a": [1], "b": [2]}), "t")
    total = table.reshaped(
        {"c": pl.Int64()}, lambda rows: rows.with_columns(c=pl.sum_horizontal("a", "b"))
    )
    [batch] = total.batches(["c"])
    assert batch.rows.to_dict(as_series=False) == {"c": [3], ROW: [1]}
