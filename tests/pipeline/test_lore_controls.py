"""Lore dropped, exchanged and dealt anew on tables of a few rows."""

from collections import Counter
from dataclasses import replace
from itertools import chain

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.dataset import Dataset
from lorewise.pipeline.lore_controls import (
    CONTROLS,
    lore_columns,
    permuted_lore,
    random_lore,
    without_lore,
)
from lorewise.testing.tiny import tiny_world


def described(*, columns: tuple[str, ...] = ("mood",), **lore: list[object]) -> Dataset:
    """Return the tiny world with these columns; rows beyond the given ones are null."""
    dataset = tiny_world().dataset
    rest = dataset.n_items
    table = dataset.item_table.with_columns(
        pl.Series(name, values + [None] * (rest - len(values))) for name, values in lore.items()
    )
    return replace(dataset, item_table=table, lore_columns=columns)


def test_lore_is_what_the_dataset_names_and_what_is_called_lore() -> None:
    dataset = described(mood=["dark"]).item_table.with_columns(pl.lit(1).alias("lore.depth"))
    named = replace(tiny_world().dataset, item_table=dataset, lore_columns=("mood", "gone"))

    assert lore_columns(named) == ("mood", "lore.depth")
    assert without_lore(named, np.random.default_rng(1)).item_table.columns == ["item_id", "title"]


def test_an_exchange_moves_whole_rows_among_the_known_items() -> None:
    dataset = described(
        columns=("mood", "score"),
        mood=["a", "b", None, "d", " "],
        score=[1.0, 2.0, 3.0, 4.0, None],
    )

    table = permuted_lore(dataset, np.random.default_rng(3)).item_table

    rows = list(zip(table["mood"], table["score"], strict=True))
    assert Counter(rows[:4]) == Counter([("a", 1.0), ("b", 2.0), (None, 3.0), ("d", 4.0)])
    assert rows[:4] != [("a", 1.0), ("b", 2.0), (None, 3.0), ("d", 4.0)]
    assert rows[4] == (" ", None)


@given(st.lists(st.lists(st.sampled_from("abcdefg"), max_size=4), min_size=1, max_size=9))
def test_dealing_keeps_the_words_of_the_catalog_and_the_length_of_each_item(
    words: list[list[str]],
) -> None:
    texts: list[object] = [" ".join(row) or None for row in words]
    dataset = described(columns=("mood", "tags"), mood=[*texts, "z z"], tags=[*words, ["z"]])

    table = random_lore(dataset, np.random.default_rng(5)).item_table

    moods = [(text or "").split() for text in table["mood"]]
    assert [len(row) for row in moods[: len(words)]] == [len(row) for row in words]
    assert Counter(chain.from_iterable(moods)) == Counter([*chain.from_iterable(words), "z", "z"])
    tags = [row.to_list() if row is not None else [] for row in table["tags"]]
    assert [len(row) for row in tags[: len(words)]] == [len(row) for row in words]
    assert Counter(chain.from_iterable(tags)) == Counter([*chain.from_iterable(words), "z"])


def test_tags_are_dealt_whole_and_numbers_exchanged() -> None:
    dataset = described(
        columns=("tags", "score"), tags=["slow burn|sad", "heist", "road trip"], score=[1, 2, None]
    )

    table = random_lore(dataset, np.random.default_rng(0)).item_table

    tags = "|".join(table["tags"].drop_nulls()).split("|")
    assert sorted(tags) == ["heist", "road trip", "sad", "slow burn"]
    assert sorted(table["score"][:2]) == [1, 2]
    assert table["score"][2] is None


@pytest.mark.parametrize("name", CONTROLS)
def test_the_same_seed_gives_the_same_control(name: str) -> None:
    dataset = described(mood=["a b", "c d e", "f"])

    first, again = (CONTROLS[name](dataset, np.random.default_rng(9)) for _ in range(2))

    assert first.fingerprint == again.fingerprint
    assert np.array_equal(first.item_numbers, dataset.item_numbers)
