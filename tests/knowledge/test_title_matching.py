"""Names that a language model gives, found in a catalog."""

import time
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from lorewise.knowledge.title_matching import TitleIndex, matched_names
from lorewise.testing.tiny import tiny_world

TITLES = [
    "Alien (1979)",
    "Aliens (1986)",
    "Mummy, The (1932)",
    "Mummy, The (1999)",
    "Shawshank Redemption, The (1994)",
    "Lord of the Rings: The Return of the King, The (2003)",
    "Ring (Ringu) (1998)",
    "Street Fighter (1994)",
    "红楼梦 (1987)",
    "Star Wars: Episode IV - A New Hope (1977)",
    "Star Wars: Episode V - The Empire Strikes Back (1980)",
    "",
]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("Alien (1979)", 0),
        ("ALIEN!", 0),
        ("Aliens", 1),
        ("The Mummy", None),
        ("The Mummy (1999)", 3),
        ("The Mummy (1933)", 2),
        ("The Mummy (2017)", None),
        ("Alien (2017)", None),
        ("The Shawshenk Redemption", 4),
        ("The Shawshenk Redemption (1970)", None),
        ("The Return of the King", 5),
        ("The Lord of the Rings", 5),
        ("Ringu", 6),
        ("Street Fight", None),
        ("红楼梦", 8),
        ("Star Wars", None),
        ("Casablanca", None),
        ("", None),
        ("!?", None),
    ],
)
def test_a_name_means_one_item_or_none(name: str, number: int | None) -> None:
    assert TitleIndex.of(TITLES).match([name]) == [number]


def test_names_are_answered_in_their_order() -> None:
    assert TitleIndex.of(TITLES).match(["Aliens", "x", "Alien", "Aliens"]) == [1, None, 0, 1]
    assert TitleIndex.of([]).match(["Alien"]) == [None]


def test_similar_items_become_numbers_without_the_item_itself_or_repeats() -> None:
    dataset = tiny_world().dataset
    names = ["Thing 00|thing 01!|Thing 01|Thing 99"] + [None] * (dataset.n_items - 1)
    own = dataset.items.number_of["item-00"]
    rows = [names[0] if number == own else None for number in range(dataset.n_items)]
    told = replace(
        dataset, item_table=dataset.item_table.with_columns(pl.Series("lore.similar", rows))
    )
    found = matched_names(told)
    assert len(found) == dataset.n_items
    assert found[own].tolist() == [dataset.items.number_of["item-01"]]
    assert sum(map(len, found)) == 1
    assert found[own].dtype == np.int32


def test_a_catalog_without_such_a_column_gives_nothing() -> None:
    assert not any(map(len, matched_names(tiny_world().dataset)))


def test_many_names_are_matched_in_little_time() -> None:
    titles = [f"The {a} of {b} ({1950 + a % 60})" for a in range(61) for b in range(60)]
    names = [f"{a} of {b}" for a in range(61) for b in range(60)] * 3
    start = time.process_time()
    found = TitleIndex.of(titles).match(names)
    assert time.process_time() - start < 2
    assert found == list(range(3_660)) * 3
