"""Which column of a table plays which role, under the names that other systems use."""

from collections.abc import Sequence

from lorewise.errors import DataError

USER, ITEM, WEIGHT, RATING, TIME, EVENT = (
    "user_id",
    "item_id",
    "weight",
    "rating",
    "timestamp",
    "event_type",
)

_USERS = "user_id user uid customer_id customer visitor_id reviewer_id member_id account_id"
_ITEMS = (
    "item_id item iid movie_id product_id product parent_asin asin isbn book_id artist_id track_id "
    "song_id video_id article_id news_id game_id content_id business_id sku"
)

ALIASES: dict[str, tuple[str, ...]] = {
    USER: tuple(_USERS.split()),
    ITEM: tuple(_ITEMS.split()),
    WEIGHT: ("weight", "value", "count", "event_value"),
    RATING: ("rating", "ratings", "stars", "score", "overall"),
    TIME: ("timestamp", "time", "datetime", "date", "ts", "unix_review_time", "event_time"),
    EVENT: ("event_type", "event", "action", "type"),
}
"""Role -> the names that a column of interactions may have, the preferred one first.

Case, underscores, hyphens and spaces do not count: ``userId``, ``USER_ID`` and ``user id`` are one.
"""

ITEM_KEY: dict[str, tuple[str, ...]] = {ITEM: (*ALIASES[ITEM], "id")}
"""The same for a table of items, where a plain ``id`` can only be the item's."""

USER_KEY: dict[str, tuple[str, ...]] = {USER: (*ALIASES[USER], "id")}
"""The same for a table of users."""


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def find_columns(
    names: Sequence[str],
    *,
    aliases: dict[str, tuple[str, ...]],
    required: Sequence[str],
    table: str,
) -> dict[str, str]:
    """Return role -> the table's own name of that column, for the roles it has.

    Where several columns could play a role, the alias named first wins, then the column that
    stands first. Columns without a role are left alone.

    >>> find_columns(["userId", "movieId", "tag"], aliases=ALIASES, required=[USER], table="t.csv")
    {'user_id': 'userId', 'item_id': 'movieId'}

    Raises:
        DataError: A required role has no column; the message names the columns there are.
    """
    own_name = {_plain(name): name for name in reversed(names)}
    found = {
        role: own_name[next(name for name in plain if name in own_name)]
        for role, accepted in aliases.items()
        if own_name.keys() & set(plain := [_plain(name) for name in accepted])
    }
    for role in required:
        if role not in found:
            raise DataError(
                f"{table}: no column {role!r}; found {_listed(names)}; rename the column, "
                f"accepted in any case are {', '.join(aliases[role])}{_hint(names)}"
            )
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names) or "no column at all"


def _hint(names: Sequence[str]) -> str:
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|,"):
        return "; fields are separated by a comma in .csv, by a tab in .tsv"
    return ""
