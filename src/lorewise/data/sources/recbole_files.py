"""RecBole's atomic files: tab-separated text whose header gives every column a type."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from lorewise.data.source_tables import SourceTable, SourceTables
from lorewise.data.sources.delimited_text import text_table
from lorewise.data.sources.text_form import TextForm
from lorewise.errors import DataError

_FORM = TextForm(separator=b"\t", has_quotes=False)
_TYPES = ("token", "token_seq", "float", "float_seq")
_PROSE = ("title", "name", "text", "description", "summary", "review", "plot")


def is_recbole(path: Path) -> bool:
    """Return whether this is an ``.inter`` file or a folder with one."""
    return path.suffix == ".inter" if path.is_file() else any(path.glob("*.inter"))


def recbole_files(path: Path) -> SourceTables:
    """Return the interactions and the ``.item`` and ``.user`` files beside them.

    RecBole separates both the tags of an item and the words of its title with spaces. So
    sequences become lists joined by ``|``, except in columns named like prose (``movie_title``).

    Raises:
        DataError: The folder has several ``.inter`` files, or a header lacks a known type.
    """
    inter = path if path.is_file() else _only_inter(path)
    items, users = inter.with_suffix(".item"), inter.with_suffix(".user")
    return SourceTables(
        _atomic_table(inter),
        _atomic_table(items) if items.is_file() else None,
        _atomic_table(users) if users.is_file() else None,
    )


def _only_inter(folder: Path) -> Path:
    first, *others = sorted(folder.glob("*.inter"))
    if others:
        raise DataError(
            f"{folder} holds {len(others) + 1} .inter files, among them {first.name} and "
            f"{others[0].name}; give the path of one of them"
        )
    return first


def _atomic_table(path: Path) -> SourceTable:
    """Return the table with plain names for columns, and lists where the header says so."""
    table = text_table(path, _FORM)
    types = dict(_name_and_type(header, path) for header in table.schema)
    headers = dict(zip(table.schema, types, strict=True))
    schema = {name: _dtype(name, kind) for name, kind in types.items()}

    def reshape(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.rename(headers).with_columns(_split(schema))

    return table.reshaped(schema, reshape)


def _name_and_type(header: str, path: Path) -> tuple[str, str]:
    name, _, kind = header.partition(":")
    if kind not in _TYPES:
        raise DataError(
            f"{path.name}, line 1: column {header!r} has no known type; write name:type with one "
            f"of the types {', '.join(_TYPES)}"
        )
    return name, kind


def _dtype(name: str, kind: str) -> pl.DataType:
    is_list = kind.endswith("_seq") and not name.lower().endswith(_PROSE)
    return pl.List(pl.String) if is_list else pl.String()


def _split(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    return [pl.col(name).str.split(" ") for name, dtype in schema.items() if dtype != pl.String]
