"""What makes an id usable: it is there, and has no space around it."""

import polars as pl

from lorewise.data.rejects import Check


def id_checks(own_name: str, column: str) -> list[Check]:
    """Return the rules for the ids in ``column``, which the file calls ``own_name``."""
    ids = pl.col(column)
    text = ids.cast(pl.String)
    return [
        Check(
            own_name,
            text.is_null() | (text == ""),
            pl.lit("is not an id; give the row an id or drop it"),
            ids,
        ),
        Check(
            own_name,
            text.str.strip_chars() != text,
            pl.lit("has spaces around it, which would make another id of it; remove them"),
            ids,
        ),
    ]
