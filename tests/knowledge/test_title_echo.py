"""Titles, repeated."""

import pytest

from lorewise.knowledge.title_echo import is_echo


@pytest.mark.parametrize(
    ("echo", "title"),
    [
        ("Alien (1979)", "Alien (1979)"),
        ("alien", "Alien (1979)"),
        ("The Full Monty (1997)", "Full Monty, The (1997)"),
        ("Amelie", "Amélie (2001)"),
        (
            "Avalon Biotin B-Complex Thickening Conditioner 14 Oz",
            "Avalon Biotin B-Complex Thickening Conditioner, 14 Oz.",
        ),
        ("红楼梦", "《红楼梦》"),
        ("Star Wars: The Empire Strikes Bak", "Star Wars: The Empire Strikes Back"),
        ("???", "???"),
    ],
)
def test_one_title_written_otherwise_is_an_echo(echo: str, title: str) -> None:
    assert is_echo(echo, title)


@pytest.mark.parametrize(
    ("echo", "title"),
    [
        ("Aliens (1986)", "Alien (1979)"),
        ("Toy Story 2 (1999)", "Toy Story 3 (2010)"),
        ("Rocky II", "Rocky III"),
        ("Godzilla (1998)", "Godzilla (2014)"),
        ("", "Alien"),
        ("!!!", "???"),
        ("三国演义", "红楼梦"),
    ],
)
def test_another_title_is_none(echo: str, title: str) -> None:
    assert not is_echo(echo, title)
