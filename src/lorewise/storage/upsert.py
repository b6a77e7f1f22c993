"""Rows that take the place of those with the same key, in each database's own words."""

from functools import cache

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import mysql, postgresql, sqlite


@cache  # to put it together takes longer than to run it
def upsert(table: Table, dialect: str) -> Insert:
    """Return the statement that takes rows with every column of the table."""
    return _on_duplicate_key(table) if dialect == "mysql" else _on_conflict(table, dialect)


def _on_duplicate_key(table: Table) -> Insert:
    statement = mysql.insert(table)
    return statement.on_duplicate_key_update(
        {name: statement.inserted[name] for name in _values(table)}
    )


def _on_conflict(table: Table, dialect: str) -> Insert:
    statement = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={name: statement.excluded[name] for name in _values(table)},
    )


def _values(table: Table) -> list[str]:
    return [column.name for column in table.columns if not column.primary_key]
