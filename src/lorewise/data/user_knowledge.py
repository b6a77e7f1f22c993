"""What a language model wrote about users, and which events it had read, beside the users."""

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from lorewise.data.column_names import USER
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge import Knowledge
from lorewise.data.knowledge_file import PREFIX
from lorewise.errors import DataError

CONFIDENCE = PREFIX + "confidence"
EVENTS_DIGEST = PREFIX + "events_digest"
"""Of the events that were read, see ``event_digest``; null where that is not known."""

N_EVENTS = PREFIX + "n_events"
"""How many events were read, oldest first; null where that is not known."""

_ORIGIN = {EVENTS_DIGEST: pl.String(), N_EVENTS: pl.Int64()}


def with_user_knowledge(dataset: Dataset, profiles: Iterable[Knowledge]) -> Dataset:
    """Return the dataset with the profiles beside its users; null where there is none.

    Facets become columns ``lore.`` and their name, lists joined by ``|``. All earlier profiles
    go, so that none is left beside the digest of another. Profiles of strangers are ignored.

    Raises:
        DataError: Not one profile is of a user of the data, or a user has two.
    """
    rows = [_row(profile) for profile in profiles]
    _check(dataset, rows)
    lore = list(dict.fromkeys(name for row in rows for name in row if name not in (USER, *_ORIGIN)))
    schema = dict.fromkeys((USER, *lore), pl.String()) | _ORIGIN
    table = dataset.user_table.drop(*profile_columns(dataset), *_ORIGIN, strict=False).join(
        pl.DataFrame(rows, schema=schema), on=USER, how="left", maintain_order="left"
    )
    return replace(dataset, user_table=table, user_lore_columns=tuple(lore))


def profile_columns(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns of the user table that hold profiles, in the table's order."""
    return tuple(
        name
        for name in dataset.user_table.columns
        if name not in _ORIGIN and (name in dataset.user_lore_columns or name.startswith(PREFIX))
    )


def profiled_users(dataset: Dataset) -> pl.DataFrame:
    """Return ``user_number``, ``EVENTS_DIGEST`` and ``N_EVENTS`` of the users with a profile."""
    table, columns = dataset.user_table.with_row_index("user_number"), profile_columns(dataset)
    has_profile = pl.any_horizontal(pl.col(columns).is_not_null()) if columns else pl.lit(False)  # noqa: FBT003  a literal
    absent = [pl.lit(None, t).alias(name) for name, t in _ORIGIN.items() if name not in table]
    return table.filter(has_profile).with_columns(absent).select("user_number", *_ORIGIN)


def _row(profile: Knowledge) -> dict[str, str | int | None]:
    origin = profile.provenance
    facets = {
        PREFIX + name: value if isinstance(value, str) else "|".join(value)
        for name, value in profile.facets.items()
    }
    return {
        USER: profile.subject_id,
        **facets,
        CONFIDENCE: profile.confidence,
        EVENTS_DIGEST: origin.events_digest if origin else None,
        N_EVENTS: origin.n_events if origin else None,
    }


def _check(dataset: Dataset, rows: list[dict[str, str | int | None]]) -> None:
    ids = pl.Series([row[USER] for row in rows], dtype=pl.String)
    repeated = ids.filter(ids.is_duplicated())
    if len(repeated):
        raise DataError(
            f"there are several profiles of user {repeated.first()!r}; drop all but the newest"
        )
    if not ids.is_in(list(dataset.users.ids)).any():
        raise DataError(
            f"none of the {len(ids)} profiles is of a user of the data, first "
            f"{ids.first() if len(ids) else None!r}; give profiles of these users, ids spelled as "
            "in the data"
        )
