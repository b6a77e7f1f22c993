"""Years in titles."""

import polars as pl

from lorewise.data.columns import column_roles
from lorewise.encoders.title_years import TITLE_YEAR, with_title_years, with_year_role


def films(**columns: list[int]) -> pl.DataFrame:
    titles = [f"Film of the sea {n} ({1950 + n % 30})" for n in range(100)]
    return pl.DataFrame({"title": titles, **columns})


def test_years_at_the_end_of_titles_become_a_number() -> None:
    table = films()
    roles = with_year_role(table, column_roles(table))
    assert roles[TITLE_YEAR].kind == "number"
    assert with_title_years(table, roles)[TITLE_YEAR][3] == 1953


def test_a_column_of_the_same_years_makes_them_needless() -> None:
    table = films(year=[1951 + n % 30 for n in range(100)])
    assert TITLE_YEAR not in with_year_role(table, column_roles(table))
    table = films(price=[n % 30 for n in range(100)])
    assert TITLE_YEAR in with_year_role(table, column_roles(table))


def test_titles_without_years_or_no_titles_leave_the_roles_alone() -> None:
    table = pl.DataFrame({"title": ["one (1999)", "two", "three"]})
    assert TITLE_YEAR not in with_year_role(table, column_roles(table))
    bare = pl.DataFrame({"item_id": ["1", "2"]})
    assert TITLE_YEAR not in with_year_role(bare, column_roles(bare))
    assert with_title_years(bare, column_roles(bare)).columns == ["item_id"]


def test_years_that_are_unique_per_item_are_no_feature() -> None:
    table = films().head(25)
    assert with_year_role(table, column_roles(table))[TITLE_YEAR].kind == "excluded"
