from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from lorewise.data.columns import ColumnRole
from lorewise.data.dataset import Dataset
from lorewise.data.inspection.texts import read_texts, text_findings

Build = Callable[..., Dataset]

ROLES = {
    "item_id": ColumnRole("excluded", "an id"),
    "title": ColumnRole("title", "named so"),
    "tags": ColumnRole("tags", "a list"),
    "lore.summary": ColumnRole("text", "free text"),
}


@pytest.fixture
def dataset(build: Build) -> Dataset:
    bare = build([("u", name, 1) for name in "abcd"])
    table = pl.DataFrame(
        {
            "item_id": list(bare.items.ids),
            "title": ["Alien", "  ", None, None],
            "tags": [[], ["war"], [], None],
            "lore.summary": ["x", "y", "z", None],
        }
    )
    return replace(bare, item_table=table, lore_columns=("lore.summary",))


def test_blanks_and_empty_lists_are_no_words(dataset: Dataset) -> None:
    texts = read_texts(dataset, ROLES)
    assert texts.titled_share == 1 / 4
    assert texts.described_share == 2 / 4


def test_what_a_language_model_wrote_is_counted_apart(dataset: Dataset) -> None:
    assert read_texts(dataset, ROLES).lore_share == 3 / 4


def test_half_of_the_items_having_words_is_no_finding(dataset: Dataset) -> None:
    assert text_findings(read_texts(dataset, ROLES)) == []


def test_few_items_having_words_is_a_warning(dataset: Dataset) -> None:
    titles_only = {name: role for name, role in ROLES.items() if name != "tags"}
    found = text_findings(read_texts(dataset, titles_only))
    assert [each.what for each in found] == ["few items have any text"]
    assert found[0].evidence.startswith("25%")


def test_a_catalog_of_no_items_has_no_words(build: Build) -> None:
    assert read_texts(build([]), {}).described_share == 0
