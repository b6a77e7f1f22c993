"""The facets of lore in groups: who made an item, what it goes with, and all the other words."""

from collections.abc import Mapping
from types import MappingProxyType

from lorewise.encoders.item_texts import Roles

LORE = "lore"
"""Name of all lore, and how the names of its groups begin."""

WORDS = f"{LORE}.words"
"""Group of the facets that no other group claims, unknown ones included."""

CLAIMED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        f"{LORE}.names": frozenset(
            {"creators", "people", "cast", "franchise", "brand", "brand_note"}
        ),
        f"{LORE}.similar": frozenset({"similar", "kin", "complements", "substitutes", "goes_with"}),
    }
)
"""Group -> the facets that it claims."""


def by_group(roles: Roles) -> dict[str, Roles]:
    """Return the roles of lore's columns by the names of their groups, without empty groups.

    >>> from lorewise.data.columns import ColumnRole
    >>> text = ColumnRole("text", "free text")
    >>> list(by_group({"lore.mood": text, "lore.people": text}))
    ['lore.names', 'lore.words']
    """
    group_of = {column: _group_of(column) for column in roles}
    return {
        group: {column: role for column, role in roles.items() if group_of[column] == group}
        for group in (*CLAIMED, WORDS)
        if group in group_of.values()
    }


def _group_of(column: str) -> str:
    facet = column.removeprefix(f"{LORE}.")
    return next((group for group, facets in CLAIMED.items() if facet in facets), WORDS)
