"""Users, items and what happened between them."""

from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.primitives import ItemNumbers, Offsets, Scores, Timestamps, UserNumbers
from lorewise.data.queries import Queries
from lorewise.data.vocabulary import Vocabulary


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """Interactions in columns, sorted by user, then time, then file order; one row each.

    Make one with ``lorewise.data.assemble.assemble`` or a reader in ``lorewise.data.sources``,
    which check and sort; this class trusts its arguments.
    """

    users: Vocabulary
    """Users, those without interactions included."""

    items: Vocabulary
    """The catalog, cold items included."""

    user_numbers: UserNumbers
    """Shape ``(n_interactions,)``, rising."""

    item_numbers: ItemNumbers
    """Shape ``(n_interactions,)``."""

    weights: Scores
    """How strongly; below 0 for a dislike; never 0 or NaN; shape ``(n_interactions,)``."""

    ratings: Scores
    """The rating a person gave; NaN where none did; shape ``(n_interactions,)``."""

    timestamps_s: Timestamps
    """Seconds since 1970, UTC; all 0 without times; shape ``(n_interactions,)``."""

    repeatable: NDArray[np.bool_]
    """Whether the item may be recommended again after this event; shape ``(n_interactions,)``."""

    item_table: pl.DataFrame
    """Row i describes item i: ``item_id`` and any columns; ``len(items)`` rows."""

    user_table: pl.DataFrame
    """Row i describes user i: ``user_id`` and any columns; ``len(users)`` rows."""

    lore_columns: tuple[str, ...] = ()
    """Columns of ``item_table`` that a language model wrote."""

    user_lore_columns: tuple[str, ...] = ()
    """Columns of ``user_table`` that a language model wrote."""

    has_times: bool = True
    """Whether ``timestamps_s`` means anything; file order counts either way."""

    @property
    def n_users(self) -> int:
        """Users in the vocabulary."""
        return len(self.users)

    @property
    def n_items(self) -> int:
        """Items in the catalog."""
        return len(self.items)

    @property
    def n_interactions(self) -> int:
        """Rows."""
        return len(self.user_numbers)

    @cached_property
    def offsets(self) -> Offsets:
        """User u's rows are ``offsets[u]:offsets[u + 1]``; shape ``(n_users + 1,)``."""
        counts = np.bincount(self.user_numbers, minlength=self.n_users)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @cached_property
    def item_counts(self) -> NDArray[np.int64]:
        """Interactions per item, dislikes included; shape ``(n_items,)``."""
        return np.bincount(self.item_numbers, minlength=self.n_items)

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with any id, interaction, described item or profile."""
        digest = blake2b(digest_size=8)
        for ids in (self.users.ids, self.items.ids):
            digest.update("\x00".join(ids).encode())
            digest.update(b"\x01")
        for column in (
            self.user_numbers,
            self.item_numbers,
            self.weights,
            self.timestamps_s,
            self.repeatable,
        ):
            digest.update(np.ascontiguousarray(column).tobytes())
        digest.update(self.item_table.write_json().encode())
        if self.user_lore_columns:
            digest.update(self.user_table.write_json().encode())
        return digest.hexdigest()

    def queries(self, user_numbers: UserNumbers | None = None) -> Queries:
        """Return one query per user (all of them by default): the whole history, oldest first."""
        wanted = np.arange(self.n_users) if user_numbers is None else user_numbers
        counts = (self.offsets[1:] - self.offsets[:-1])[wanted]
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        rows = np.repeat(self.offsets[wanted] - offsets[:-1], counts) + np.arange(offsets[-1])
        return Queries(
            offsets=offsets,
            item_numbers=self.item_numbers[rows],
            weights=self.weights[rows],
            ratings=self.ratings[rows],
            repeatable=self.repeatable[rows],
        )

    def only(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Self:
        """Return the same users and items with these interactions only (a mask or row numbers)."""
        picked = np.flatnonzero(rows) if rows.dtype == np.bool_ else np.sort(rows)
        return replace(
            self,
            user_numbers=self.user_numbers[picked],
            item_numbers=self.item_numbers[picked],
            weights=self.weights[picked],
            ratings=self.ratings[picked],
            timestamps_s=self.timestamps_s[picked],
            repeatable=self.repeatable[picked],
        )
