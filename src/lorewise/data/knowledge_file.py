"""Item knowledge in JSON lines, and how it joins the catalog."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from lorewise.data.attribute_rows import joined_lists
from lorewise.data.dataset import Dataset
from lorewise.data.rejects import clipped
from lorewise.errors import DataError

ID = "id"
PREFIX = "lore."
_PROVENANCE = "provenance"
_CONFIDENCE = "confidence"


def read_knowledge(path: str | Path) -> pl.DataFrame:
    """Return one row per line of the file: ``id`` and its fields as text, in order of appearance.

    Values of a list are joined by ``|``; a field that a line leaves out, or gives as null or
    empty, is null. ``provenance`` is left out. ``confidence`` may be a number.

    Raises:
        DataError: A line is no JSON object, has no id or one that stands above, or a field is
            neither text nor a list of texts; the message names the line.
    """
    path = Path(path)
    first_line: dict[str, int] = {}
    rows: list[dict[str, str | None]] = []
    for number, line in _lines(path):
        row = _row(line, f"{path.name}, line {number}")
        key = row[ID] or ""
        if key in first_line:
            raise DataError(
                f"{path.name}, line {number}: id {key!r} stands in line {first_line[key]} "
                "already; merge the two lines or drop one"
            )
        first_line[key] = number
        rows.append(row)
    if not rows:
        raise DataError(f"{path.name} has no lines; write one JSON object per item")
    fields = list(dict.fromkeys(field for row in rows for field in row))
    return pl.DataFrame(rows, schema=dict.fromkeys(fields, pl.String))


def with_knowledge(dataset: Dataset, knowledge: pl.DataFrame) -> Dataset:
    """Return the dataset with the knowledge beside its items; null where there is none.

    ``knowledge`` has a column ``id``; the others become columns named ``lore.`` and their name,
    in place of earlier ones of that name, and ``lore_columns`` lists them. Knowledge of items
    that the catalog does not hold is ignored; ``n_matched`` counts the rest.

    Raises:
        DataError: Not one item matches, or there is no column ``id``, or an id stands twice.
    """
    matched = n_matched(dataset, knowledge)
    _refuse_repeats(knowledge[ID])
    if not matched:
        raise DataError(
            f"none of the {len(knowledge)} ids of the knowledge is in the catalog, first "
            f"{knowledge[ID].first()!r}; give knowledge of these items, ids spelled as in the data"
        )
    lore = {name: PREFIX + name for name in knowledge.columns if name != ID}
    fields = knowledge.with_columns(joined_lists(knowledge.schema)).rename(lore)
    table = dataset.item_table.drop(lore.values(), strict=False).join(
        fields, left_on="item_id", right_on=ID, how="left", maintain_order="left"
    )
    columns = tuple(dict.fromkeys([*dataset.lore_columns, *lore.values()]))
    return replace(dataset, item_table=table, lore_columns=columns)


def n_matched(dataset: Dataset, knowledge: pl.DataFrame) -> int:
    """Return how many rows of the knowledge speak of an item of the catalog.

    Raises:
        DataError: There is no column ``id``.
    """
    if ID not in knowledge.columns:
        raise DataError(
            f"knowledge has the columns {knowledge.columns} but no 'id'; rename the one with ids"
        )
    return int(knowledge[ID].is_in(list(dataset.items.ids)).sum())


def _refuse_repeats(ids: pl.Series) -> None:
    repeated = ids.filter(ids.is_duplicated())
    if len(repeated):
        raise DataError(
            f"knowledge has several rows for id {repeated.first()!r}; merge them or drop all but "
            "one"
        )


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}; check the path") from error
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path.name}: the byte at offset {error.start} is not UTF-8; convert the file"
        ) from error
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _row(line: str, where: str) -> dict[str, str | None]:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{where}: {clipped(line)!r} is not JSON ({error.msg} at character {error.colno}); "
            "write one object per line"
        ) from error
    if not isinstance(entry, dict):
        raise DataError(f"{where}: {clipped(line)!r} is not an object; write {{...}} with an id")
    key = entry.get(ID)
    if not isinstance(key, str) or not key or key != key.strip():
        raise DataError(
            f"{where}: id is {key!r}; give the item's id as text, without spaces around it"
        )
    return {name: _text(name, value, where) for name, value in entry.items() if name != _PROVENANCE}


def _text(name: str, value: Any, where: str) -> str | None:  # noqa: ANN401  whatever JSON holds
    if name == _CONFIDENCE and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "|".join(part for part in value if part) or None
    raise DataError(
        f"{where}, field {name!r}: {clipped(repr(value))} is neither text nor a list of texts; "
        "write it in words or leave it out"
    )
