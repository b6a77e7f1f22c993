"""Item tables as texts, tags and numbers."""

import numpy as np
import polars as pl
from numpy.testing import assert_array_equal

from lorewise.data.columns import ColumnRole
from lorewise.encoders.item_texts import item_numbers_by_column, item_tags, item_texts

ROLES = {
    "item_id": ColumnRole("excluded", "id"),
    "genres": ColumnRole("tags", "list", r"\|"),
    "plot": ColumnRole("text", "text"),
    "title": ColumnRole("title", "named"),
    "year": ColumnRole("number", "number"),
}
TABLE = pl.DataFrame(
    {
        "item_id": ["1", "2"],
        "genres": ["War|Drama|War", None],
        "plot": ["Long ago.", ""],
        "title": ["Ran", None],
        "year": [1985, None],
    }
)


def test_the_title_comes_first_and_each_tag_has_its_line() -> None:
    assert item_texts(TABLE, ROLES) == ["Ran\nWar\nDrama\nWar\nLong ago.", ""]


def test_tags_are_terms_of_their_column_without_repeats() -> None:
    assert item_tags(TABLE, ROLES) == [["genres=drama", "genres=war"], []]


def test_numbers_are_not_a_number_where_unknown() -> None:
    assert_array_equal(item_numbers_by_column(TABLE, ROLES)["year"], [1985, np.nan])


def test_a_missing_column_counts_as_empty() -> None:
    rows = TABLE.select("title")
    assert item_texts(rows, ROLES) == ["Ran", ""]
    assert item_tags(rows, ROLES) == [[], []]
    assert np.isnan(item_numbers_by_column(rows, ROLES)["year"]).all()
    assert item_texts(TABLE.select("item_id"), ROLES) == ["", ""]


def test_values_of_another_type_are_read_all_the_same() -> None:
    rows = pl.DataFrame({"title": [300], "genres": [["War"]], "year": ["1985"], "plot": [None]})
    assert item_texts(rows, ROLES) == ["300\nWar"]
    assert item_tags(rows, ROLES) == [["genres=war"]]
    assert item_numbers_by_column(rows, ROLES)["year"].tolist() == [1985]
