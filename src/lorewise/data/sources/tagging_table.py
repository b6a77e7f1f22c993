"""A table of tags in a data folder: ``tags`` or ``taggings``, in any single-file format."""

from pathlib import Path

import polars as pl

from lorewise.data.column_names import ALIASES, ITEM, TIME, USER, find_columns
from lorewise.data.source_tables import SourceTable
from lorewise.data.sources.single_file import READERS, file_table
from lorewise.data.taggings import TAG, Taggings
from lorewise.data.times import seconds

STEMS = ("taggings", "tags")
"""Names of the file without its ending; the first that is there is read."""

_ROLES = {role: ALIASES[role] for role in (USER, ITEM, TIME)} | {TAG: (TAG, "tag_name")}


def read_taggings(folder: Path) -> Taggings | None:
    """Return the tags of the folder; None where no table has a user, an item and a tag.

    Rows that cannot be read, or lack one of these, are left out: a tag is a hint, not an event.
    Spaces around a tag go, and ``|`` in it.

    Raises:
        DataError: The file cannot be read.
    """
    for path in (folder / f"{stem}{ending}" for stem in STEMS for ending in READERS):
        if path.is_file():
            table = file_table(path)
            own_name = find_columns(
                list(table.schema), aliases=_ROLES, required=(), table=path.name
            )
            if {USER, ITEM, TAG} <= own_name.keys():
                return Taggings(_rows(table, own_name))
    return None


def _rows(table: SourceTable, own_name: dict[str, str]) -> pl.DataFrame:
    batches = [
        batch.rows.rename({own: role for role, own in own_name.items()}).select(
            _typed(own_name, table)
        )
        for batch in table.batches(list(own_name.values()))
    ]
    named = pl.col(USER, ITEM, TAG).is_not_null() & (pl.col(USER, ITEM, TAG) != "")
    return pl.concat(batches).filter(pl.all_horizontal(named))


def _typed(own_name: dict[str, str], table: SourceTable) -> list[pl.Expr]:
    tag = pl.col(TAG).cast(pl.String).str.to_lowercase().str.replace_all("|", " ", literal=True)
    time = pl.lit(None, pl.Int64)
    if TIME in own_name:
        time = seconds(TIME, table.schema[own_name[TIME]])
    return [pl.col(USER, ITEM).cast(pl.String), tag.str.strip_chars(), time.alias(TIME)]
