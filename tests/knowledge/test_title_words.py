"""Titles as words."""

import pytest

from lorewise.knowledge.title_words import (
    also_known_as,
    numbers_in,
    parts_of,
    single_words,
    title_words,
)


@pytest.mark.parametrize(
    ("title", "words", "year"),
    [
        ("Full Monty, The (1997)", "full monty", "1997"),
        ("The Full Monty", "full monty", ""),
        ("Amélie & Friends!", "amelie and friends", ""),
        ("Schindler's List", "schindlers list", ""),
        ("Misérables, Les (1995)", "les miserables", "1995"),
        ("Fawlty Towers (1975-1979)", "fawlty towers", "1975"),
        ("A", "a", ""),
        ("《红楼梦》(1987)", "红楼梦", "1987"),
        ("がぎぐ", "がぎぐ", ""),
        ("2001: A Space Odyssey", "2001 a space odyssey", ""),
    ],
)
def test_a_title_is_known_by_its_words_and_year(title: str, words: str, year: str) -> None:
    assert title_words(title) == (words, year)


def test_names_in_brackets_are_names_too() -> None:
    assert also_known_as("City of Lost Children, The (Cité des enfants perdus, La) (1995)")[1:] == [
        "city of lost children",
        "la cite des enfants perdus",
    ]
    assert also_known_as("Leon (a.k.a. The Professional) (1994)")[1:] == ["leon", "professional"]
    assert also_known_as("Alien (1979)") == ["alien"]


def test_a_colon_parts_a_title_but_a_short_second_half_is_no_name() -> None:
    assert parts_of("Anchorman: The Legend of Ron Burgundy (2004)") == [
        "anchorman",
        "legend of ron burgundy",
    ]
    assert parts_of("Alien: Covenant (2017)") == ["alien"]
    assert parts_of("Alien (1979)") == []


def test_numbers_are_read_in_three_ways() -> None:
    assert numbers_in("rocky iii part 2 of three") == ["3", "2", "3"]


def test_chinese_has_pairs_for_words() -> None:
    assert single_words("红楼梦 part 2") == ["红楼", "楼梦", "part", "2"]
