"""Nothing that is held out may come back through profiles, counts or tags."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import polars as pl

from lorewise.data.dataset import Dataset
from lorewise.data.event_digest import events_digest
from lorewise.data.splitting import split
from lorewise.data.splitting.partition import Split
from lorewise.data.taggings import Taggings, with_tags
from lorewise.data.user_knowledge import EVENTS_DIGEST, N_EVENTS, profiled_users
from lorewise.errors import LeakageError, SettingsError
from lorewise.pipeline.counted_columns import counted_columns

MOST_NAMED = 5
"""Users, and held-out items of each, that a message names."""

ITEM_CAVEAT = (
    "the language model behind the item knowledge may have read how these items fared after the "
    "held-out events; for items that are new to it, expect less"
)


@dataclass(frozen=True, kw_only=True)
class LeakageGuard:
    """Splits data so that nothing held out is learned from by another way."""

    taggings: Taggings | None = None
    """Tags of all users and times; those known in training describe the items."""

    allowed_columns: Sequence[str] = ()
    """Columns that stay although they were counted over all users and times."""

    def split(self, dataset: Dataset, protocol: str, seed: int) -> Split:
        """Return the split by this protocol, its items described by what training knows.

        Raises:
            DataError: The data do not suffice for the protocol.
            LeakageError: A column was counted over held-out events, or a profile made from them.
            SettingsError: The protocol or an allowed column is unknown.
        """
        parted = split(dataset, protocol, seed)
        self._refuse_counted(dataset)
        refuse_leaks(parted)
        if self.taggings is None:
            return parted
        known = self.taggings.known_in_training(dataset, parted)
        return replace(
            parted,
            train=with_tags(parted.train, known),
            held_out=with_tags(parted.held_out, known),
            history=with_tags(parted.history, known),
        )

    def about(self, dataset: Dataset) -> dict[str, Any]:
        """Return what a report has to tell; JSON values."""
        return {
            "allowed_columns": list(self.allowed_columns),
            "n_profiles": len(profiled_users(dataset)),
            "caveats": [ITEM_CAVEAT] if dataset.lore_columns else [],
        }

    def _refuse_counted(self, dataset: Dataset) -> None:
        self._check_allowed(dataset)
        counted = counted_columns(dataset, self.taggings)
        refused = {name: why for name, why in counted.items() if name not in self.allowed_columns}
        if refused:
            found = "; ".join(f"column {name!r} {why}" for name, why in refused.items())
            raise LeakageError(
                f"{found}: that would give held-out events away; leave the column out of the data "
                "(a table of tags is counted again from training rows), or pass --allow-column "
                f"{','.join(refused)} if the values were known before these events"
            )

    def _check_allowed(self, dataset: Dataset) -> None:
        columns = [*dataset.item_table.columns, *dataset.user_table.columns]
        unknown = [name for name in self.allowed_columns if name not in columns]
        if unknown:
            raise SettingsError(
                f"column {unknown[0]!r} is allowed but not there; there are {', '.join(columns)}"
            )


def refuse_leaks(parted: Split) -> None:
    """Do nothing if every profile was made from events that a query may show.

    Each user has a cut of their own: the first events of their history in the split must be the
    very events that the profile was made from.

    Raises:
        LeakageError: A profile was made from others, or does not say from which.
    """
    profiles = profiled_users(parted.history)
    unknown = profiles.filter(pl.any_horizontal(pl.col(EVENTS_DIGEST, N_EVENTS).is_null()))
    if len(unknown):
        raise LeakageError(
            f"profiles of {len(unknown)} users do not say which events they were made from, first "
            f"{_named(parted, unknown)}; make them with `lorewise enrich users`, which keeps "
            "count, or evaluate without them"
        )
    is_known = [_is_known(parted.history, *profile) for profile in profiles.iter_rows()]
    leaking = profiles.filter(~pl.Series(is_known, dtype=pl.Boolean))
    if len(leaking):
        raise LeakageError(
            f"profiles of {len(leaking)} of {len(profiles)} users were made from events that are "
            f"not in their training history, first {_named(parted, leaking)}; {_remedy(parted)}, "
            "or evaluate without them"
        )


def _is_known(history: Dataset, user_number: int, digest: str, n_events: int) -> bool:
    n_known = int(history.offsets[user_number + 1] - history.offsets[user_number])
    return 0 <= n_events <= n_known and events_digest(history, user_number, n_events) == digest


def _named(parted: Split, profiles: pl.DataFrame) -> str:
    numbers = profiles["user_number"].head(MOST_NAMED).to_list()
    return ", ".join(_user_with_rows(parted.held_out, number) for number in numbers)


def _user_with_rows(held_out: Dataset, user_number: int) -> str:
    rows = slice(*held_out.offsets[user_number : user_number + 2])
    items = [held_out.items.ids[number] for number in held_out.item_numbers[rows][:MOST_NAMED]]
    told = f" (held out: {', '.join(map(repr, items))})" if items else ""
    return f"{held_out.users.ids[user_number]!r}{told}"


def _remedy(parted: Split) -> str:
    if parted.name == "last-item":
        return "make them again with `lorewise enrich users --cut last-1`"
    if "cut_s" in parted.settings:
        cut = datetime.fromtimestamp(parted.settings["cut_s"] + 1, UTC).isoformat()
        return f"make them again with `lorewise enrich users --cut {cut}`"
    return f"no cut fits protocol {parted.name!r}: use last-item or temporal"
