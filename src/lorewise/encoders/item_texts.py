"""An item table's columns as texts, tags and numbers, by their roles."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.columns import ColumnRole, as_numbers, filled, split_tags
from lorewise.encoders.terms import tag_term

Roles = Mapping[str, ColumnRole]


def item_texts(table: pl.DataFrame, roles: Roles) -> list[str]:
    """Return each item's words: the title, then tags and texts, one line each; may be empty."""
    titles = [name for name, role in roles.items() if role.kind == "title"]
    others = [name for name, role in roles.items() if role.kind in ("tags", "text")]
    lines = [_lines(table[name], roles[name]) for name in titles + others if name in table]
    if not lines:
        return [""] * len(table)
    joined = pl.DataFrame([line.alias(str(n)) for n, line in enumerate(lines)])
    texts = joined.select(pl.concat_str(pl.all(), separator="\n", ignore_nulls=True)).to_series()
    return [text or "" for text in texts]


def item_tags(table: pl.DataFrame, roles: Roles) -> list[list[str]]:
    """Return each item's tags and links as terms of their columns, without repeats, sorted."""
    tags: list[set[str]] = [set() for _ in range(len(table))]
    for name, role in roles.items():
        if role.kind in ("tags", "links") and name in table:
            lists = split_tags(table[name], role.separator).to_list()
            term_of = {tag: tag_term(name, tag) for found in lists for tag in found}
            for own, found in zip(tags, lists, strict=True):
                own.update(term_of[tag] for tag in found)
    return [sorted(own) for own in tags]


def item_numbers_by_column(table: pl.DataFrame, roles: Roles) -> dict[str, NDArray[np.float64]]:
    """Return the number columns; NaN where an item has none; each of shape ``(n_items,)``."""
    unknown = pl.Series([None] * len(table), dtype=pl.Float64)
    return {
        name: as_numbers(filled(table[name]) if name in table else unknown)
        .fill_null(float("nan"))
        .to_numpy()
        for name, role in roles.items()
        if role.kind == "number"
    }


def _lines(column: pl.Series, role: ColumnRole) -> pl.Series:
    if role.kind == "tags":
        lines = split_tags(column, role.separator).list.join("\n")
    else:
        lines = filled(column.cast(pl.String))
    return lines.set(lines == "", None)
