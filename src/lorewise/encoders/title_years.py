"""The year that a title ends with, as in ``Alien (1979)``, as a number of its own."""

import polars as pl

from lorewise.data.columns import ColumnRole, as_numbers, column_roles, filled
from lorewise.encoders.item_texts import Roles

TITLE_YEAR = "(year in title)"
"""Name of the derived column; no file names a column so by chance."""

_YEAR = r"\(((?:1[89]|20)\d\d)\)\s*$"


def with_title_years(table: pl.DataFrame, roles: Roles) -> pl.DataFrame:
    """Return the table with the years of its titles beside it, null where a title has none."""
    titles = [name for name, role in roles.items() if role.kind == "title" and name in table]
    if not titles:
        return table
    years = table[titles[0]].cast(pl.String).str.extract(_YEAR).cast(pl.Int64)
    return table.with_columns(years.alias(TITLE_YEAR))


def with_year_role(table: pl.DataFrame, roles: Roles) -> dict[str, ColumnRole]:
    """Return the roles, and that of the titles' years where most have one no column repeats."""
    dated = with_title_years(table, roles)
    years = dated.get_column(TITLE_YEAR, default=None)
    if years is None or years.count() < 0.5 * len(years):
        return dict(roles)
    numbers = (name for name, role in roles.items() if role.kind == "number")
    if any(_agree(as_numbers(filled(table[name])), years) for name in numbers):
        return dict(roles)
    return {**roles, **column_roles(dated.select(TITLE_YEAR))}


def _agree(numbers: pl.Series, years: pl.Series) -> bool:
    """Whether the numbers are the years, give or take the one from festival to release."""
    agreeing = ((numbers - years).abs() <= 1).sum()
    return bool(agreeing >= 0.5 * years.count())
