"""Tables of interactions, items and users -> one checked dataset."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from lorewise.data.attribute_rows import checked_attributes
from lorewise.data.column_names import ITEM, ITEM_KEY, TIME, USER, USER_KEY
from lorewise.data.dataset import Dataset
from lorewise.data.interaction_rows import checked_interactions
from lorewise.data.preferences import AssembleSettings, with_preferences
from lorewise.data.primitives import ItemNumbers
from lorewise.data.rejects import ROW, Rejects, refusal
from lorewise.data.source_tables import ArrowStream, SourceTable, SourceTables, table_of_frame
from lorewise.data.vocabulary import Vocabulary
from lorewise.errors import DataError

_USER_NUMBER = "user_number"
_ITEM_NUMBER = "item_number"


def assemble(
    interactions: ArrowStream,
    items: ArrowStream | None = None,
    users: ArrowStream | None = None,
    *,
    settings: AssembleSettings | None = None,
) -> Dataset:
    """Return the tables as a dataset; each is a Polars or pandas DataFrame or a pyarrow Table.

    ``interactions`` needs a column for the user and one for the item, and may have ``weight``,
    ``rating``, ``timestamp`` and ``event_type``, under any name in ``column_names.ALIASES``; its
    other columns are ignored. Rows of one user keep their order where times tie or are missing.
    Items that no interaction names belong to the catalog; items without a row in ``items`` have
    null attributes. Row numbers in messages count from 1.

    >>> events = pl.DataFrame({"user": ["u", "u"], "item": ["007", "a"], "rating": [5, 1]})
    >>> dataset = assemble(events)
    >>> dataset.weights.tolist(), dataset.n_items
    ([1.0, -1.0], 2)

    Raises:
        DataError: A row breaks a rule; the message names the table, row, column, value and remedy.
    """
    settings = settings or AssembleSettings()
    tables = SourceTables(
        table_of_frame(interactions, "interactions"),
        None if items is None else table_of_frame(items, "items"),
        None if users is None else table_of_frame(users, "users"),
    )
    checked = check_tables(tables, settings)
    if checked.n_rejects:
        raise refusal(checked.rejects)
    return dataset_of(checked, settings)


@dataclass(frozen=True, kw_only=True)
class CheckedTables:
    """The rows that may enter a dataset, and those that may not."""

    interactions: pl.DataFrame
    """As ``checked_interactions`` returns them."""

    items: pl.DataFrame
    """One row per described item, ``item_id`` first."""

    users: pl.DataFrame
    """One row per described user, ``user_id`` first."""

    rejects: Sequence[Rejects]
    """Bad rows, table by table."""

    @property
    def n_rejects(self) -> int:
        """Bad rows in all tables."""
        return sum(len(found.rows) for found in self.rejects)


def check_tables(tables: SourceTables, settings: AssembleSettings) -> CheckedTables:
    """Return the good and the bad rows of all tables.

    Raises:
        DataError: A column is missing or unreadable, or the file as a whole is.
    """
    interactions, bad_interactions = checked_interactions(tables.interactions, settings)
    items, bad_items = _described(tables.items, ITEM_KEY)
    users, bad_users = _described(tables.users, USER_KEY)
    return CheckedTables(
        interactions=interactions,
        items=items,
        users=users,
        rejects=[bad_interactions, *bad_items, *bad_users],
    )


def _described(
    table: SourceTable | None, aliases: dict[str, tuple[str, ...]]
) -> tuple[pl.DataFrame, list[Rejects]]:
    if table is None:
        return pl.DataFrame(schema=dict.fromkeys(aliases, pl.String)), []
    rows, rejects = checked_attributes(table, aliases)
    return rows.drop(ROW), [rejects]


def dataset_of(checked: CheckedTables, settings: AssembleSettings) -> Dataset:
    """Return the good rows as a dataset, sorted by user number, then time, then file order.

    Raises:
        DataError: No interaction is left.
    """
    if checked.interactions.is_empty():
        raise DataError("no good interaction is left; correct the rejected rows")
    users = _vocabulary(checked.interactions[USER], checked.users[USER])
    items = _vocabulary(checked.interactions[ITEM], checked.items[ITEM])
    numbered = with_preferences(checked.interactions, settings).with_columns(
        pl.Series(_USER_NUMBER, _numbers(checked.interactions[USER], users)),
        pl.Series(_ITEM_NUMBER, _numbers(checked.interactions[ITEM], items)),
    )
    has_times = TIME in numbered.columns
    order = [_USER_NUMBER, TIME] if has_times else [_USER_NUMBER]
    rows = numbered.drop(ROW, USER, ITEM).sort(order, maintain_order=True)
    return Dataset(
        users=users,
        items=items,
        user_numbers=rows[_USER_NUMBER].to_numpy(writable=True),
        item_numbers=rows[_ITEM_NUMBER].to_numpy(writable=True),
        weights=rows["weight"].to_numpy(writable=True),
        ratings=rows["rating"].to_numpy(writable=True),
        timestamps_s=rows[TIME].to_numpy(writable=True)
        if has_times
        else np.zeros(len(rows), dtype=np.int64),
        repeatable=rows["repeatable"].to_numpy(writable=True),
        item_table=_in_order(items, checked.items),
        user_table=_in_order(users, checked.users),
        has_times=has_times,
    )


def _vocabulary(met: pl.Series, described: pl.Series) -> Vocabulary:
    return Vocabulary.of([*met.unique().cast(pl.String).to_list(), *described.to_list()])


def _numbers(ids: pl.Series, vocabulary: Vocabulary) -> ItemNumbers:
    """Look up each distinct id once: ten million Python strings would not fit."""
    distinct = ids.unique()
    codes = distinct.to_physical().to_numpy()
    number_of_code = np.zeros(int(codes.max()) + 1, dtype=np.int32)
    number_of_code[codes] = vocabulary.numbers(distinct.cast(pl.String).to_list())
    numbers: ItemNumbers = number_of_code[ids.to_physical().to_numpy()]
    return numbers


def _in_order(vocabulary: Vocabulary, described: pl.DataFrame) -> pl.DataFrame:
    key = described.columns[0]
    ids = pl.DataFrame({key: list(vocabulary.ids)}, schema={key: pl.String})
    return ids.join(described, on=key, how="left", maintain_order="left")
