"""Tables that describe items or users, one checked row each."""

from collections.abc import Mapping

import polars as pl

from lorewise.data.column_names import find_columns
from lorewise.data.id_checks import id_checks
from lorewise.data.rejects import ROW, Check, Rejects, no_rejects, sift
from lorewise.data.source_tables import SourceTable
from lorewise.errors import DataError

_FIRST = "__first__"


def checked_attributes(
    table: SourceTable, aliases: dict[str, tuple[str, ...]]
) -> tuple[pl.DataFrame, Rejects]:
    """Return one row per id, in the order of the file, and the rows that had to be rejected.

    ``aliases`` has one role, the key; its column comes first and is text. Lists become text,
    their values joined by ``|``. Columns without a name are left out; ``ROW`` is kept.

    Raises:
        DataError: The key is missing, or a column has a type that cannot describe anything.
    """
    [key] = aliases
    names = [name for name in table.schema if name]
    own_name = find_columns(names, aliases=aliases, required=[key], table=table.place.file)[key]
    _refuse_types(table, own_name)
    good, bad = [_empty(table.schema, names, own_name, key)], [no_rejects()]
    for batch in table.batches(names):
        rows = _renamed(batch.rows, own_name, key)
        rows, rejects = sift(rows, id_checks(own_name, key))
        good.append(rows)
        bad += [batch.rejects, rejects]
    rows, repeated = _without_repeats(pl.concat(good), own_name, key, table.place.row_word)
    return rows, Rejects(table.place, pl.concat([*bad, repeated]).sort("row", maintain_order=True))


def joined_lists(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    """Return expressions that turn each column of lists into text, its values joined by ``|``.

    A list without values becomes null.
    """
    return [
        pl.col(name).cast(pl.List(pl.String)).list.join("|").replace("", None).alias(name)
        for name, dtype in schema.items()
        if isinstance(dtype, pl.List | pl.Array)
    ]


def _renamed(rows: pl.DataFrame, own_name: str, key: str) -> pl.DataFrame:
    rows = rows.rename({own_name: key})
    rows = rows.with_columns(pl.col(key).cast(pl.String), *joined_lists(rows.schema))
    return rows.select(key, pl.all().exclude(key, ROW), pl.col(ROW).cast(pl.Int64))


def _empty(
    schema: Mapping[str, pl.DataType], names: list[str], own_name: str, key: str
) -> pl.DataFrame:
    kept = {name: schema[name] for name in names}
    return _renamed(pl.DataFrame(schema={**kept, ROW: pl.Int64()}), own_name, key)


def _without_repeats(
    rows: pl.DataFrame, own_name: str, key: str, row_word: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    first = pl.col(ROW).first().over(key)
    reason = pl.format(
        "stands in {} {} already; merge the two rows or drop one", pl.lit(row_word), pl.col(_FIRST)
    )
    check = Check(own_name, pl.col(ROW) != pl.col(_FIRST), reason, pl.col(key))
    good, rejects = sift(rows.with_columns(first.alias(_FIRST)), [check])
    return good.drop(_FIRST), rejects


def _refuse_types(table: SourceTable, own_name: str) -> None:
    dtype = table.schema[own_name]
    if not (dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null) or dtype.is_integer()):
        raise DataError(
            f"{table.place.file}, column {own_name!r}: values of type {dtype} are no ids; "
            "convert the column to text or whole numbers"
        )
    for name, dtype in table.schema.items():
        inner = dtype.inner if isinstance(dtype, pl.List | pl.Array) else dtype
        if inner.is_nested() or inner in (pl.Binary, pl.Object):
            raise DataError(
                f"{table.place.file}, column {name!r}: values of type {dtype} cannot be read; "
                "convert them to text, numbers or flat lists of these, or drop the column"
            )
