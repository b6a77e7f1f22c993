"""The columns of a table as words that a language model may be told."""

from collections.abc import Collection

import polars as pl

from lorewise.data.columns import ColumnRole, column_roles, filled, split_tags
from lorewise.knowledge.clipping import at_word_end

TAG_SEPARATOR = "; "
MAX_FIELD_CHARACTERS = 1_000
"""What a field says at most; the rest of a long description costs more than it tells."""


def told_columns(table: pl.DataFrame, *, without: Collection[str] = ()) -> dict[str, ColumnRole]:
    """Return the roles of the columns that describe something, in the table's order.

    Ids, links, codes, constants and the columns named in ``without`` are left out.
    """
    roles = column_roles(table.drop(without, strict=False))
    return {name: role for name, role in roles.items() if role.kind != "excluded"}


def in_words(column: pl.Series, role: ColumnRole) -> list[str]:
    """Return one text per row, tags joined by ``; ``; empty where nothing is said."""
    if role.kind == "tags":
        texts = split_tags(filled(column), role.separator).list.join(TAG_SEPARATOR)
    else:
        texts = filled(column).cast(pl.String)
    return [at_word_end(text or "", MAX_FIELD_CHARACTERS) for text in texts]
