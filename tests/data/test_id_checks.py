import polars as pl
import pytest

from lorewise.data.id_checks import id_checks
from lorewise.data.rejects import ROW, sift


@pytest.mark.parametrize("key", ["007", "a b", "é", "-", "null", "12"])
def test_any_text_is_an_id(key: str) -> None:
    good, _ = sift(pl.DataFrame({ROW: [1], "id": [key]}), id_checks("ID", "id"))
    assert len(good) == 1


@pytest.mark.parametrize("key", [None, "", " ", " a", "a\t", "a\n", "\u00a0a"])
def test_nothing_and_spaces_around_it_are_not(key: str | None) -> None:
    rows = pl.DataFrame({ROW: [1], "id": pl.Series([key], dtype=pl.String)})
    _, bad = sift(rows, id_checks("ID", "id"))
    assert bad["column"].to_list() == ["ID"]
