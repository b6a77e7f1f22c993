"""Knowledge in JSON lines, and how that of items joins the catalog."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from lorewise.data.attribute_rows import joined_lists
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge import Knowledge, SubjectKind
from lorewise.data.knowledge_lines import ID, PROVENANCE, facet_of, knowledge_of, line_of, object_of
from lorewise.errors import DataError

PREFIX = "lore."


def read_knowledge(path: str | Path) -> pl.DataFrame:
    """Return one row per line of the file: ``id`` and its fields as text, in order of appearance.

    Values of a list are joined by ``|``; a field that a line leaves out, or gives as null or
    empty, is null. ``provenance`` is left out. ``confidence`` may be a number.

    Raises:
        DataError: A line is no JSON object, has no id or one that stands above, or a field is
            neither text nor a list of texts; the message names the line.
    """
    rows = [_row(entry, where) for entry, where in _entries(Path(path))]
    fields = list(dict.fromkeys(field for row in rows for field in row))
    return pl.DataFrame(rows, schema=dict.fromkeys(fields, pl.String))


def read_knowledge_entries(path: str | Path, *, kind: SubjectKind = "item") -> Iterator[Knowledge]:
    """Yield the knowledge of each line, with its provenance where the line has one.

    Fields that are null or empty are left out. The file does not say of which kind its subjects
    are.

    Raises:
        DataError: As ``read_knowledge``, or a provenance lacks something or is of a wrong form.
    """
    return (knowledge_of(entry, kind, where) for entry, where in _entries(Path(path)))


def write_knowledge(path: str | Path, entries: Iterable[Knowledge]) -> int:
    """Write one line per entry, in their order; return how many."""
    n_lines = 0
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for entry in entries:
            file.write(line_of(entry) + "\n")
            n_lines += 1
    return n_lines


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


def _entries(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the object of each line and the line's name for messages."""
    first_line: dict[str, int] = {}
    for number, line in _lines(path):
        where = f"{path.name}, line {number}"
        entry = object_of(line, where)
        if entry[ID] in first_line:
            raise DataError(
                f"{where}: id {entry[ID]!r} stands in line {first_line[entry[ID]]} already; merge "
                "the two lines or drop one"
            )
        first_line[entry[ID]] = number
        yield entry, where
    if not first_line:
        raise DataError(f"{path.name} has no lines; write one JSON object per item")


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


def _row(entry: dict[str, Any], where: str) -> dict[str, str | None]:
    facets = {name: facet_of(name, entry[name], where) for name in entry if name != PROVENANCE}
    return {name: "|".join(it) if isinstance(it, tuple) else it for name, it in facets.items()}
