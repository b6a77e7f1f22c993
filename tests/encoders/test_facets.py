"""Which facets of lore go together."""

from lorewise.data.columns import ColumnRole
from lorewise.encoders.facets import CLAIMED, by_group
from lorewise.encoders.item_texts import Roles

TEXT = ColumnRole("text", "free text")


def roles_of(*facets: str) -> Roles:
    return {f"lore.{facet}": TEXT for facet in facets}


def test_facets_go_where_they_are_claimed_and_unknown_ones_to_the_words() -> None:
    found = by_group(roles_of("mood", "people", "kin", "brand", "made_up"))
    assert {group: list(roles) for group, roles in found.items()} == {
        "lore.names": ["lore.people", "lore.brand"],
        "lore.similar": ["lore.kin"],
        "lore.words": ["lore.mood", "lore.made_up"],
    }


def test_a_group_without_columns_is_left_out() -> None:
    assert by_group({}) == {}
    assert list(by_group(roles_of("similar"))) == ["lore.similar"]


def test_no_facet_is_claimed_twice() -> None:
    claimed = [facet for facets in CLAIMED.values() for facet in facets]
    assert len(claimed) == len(set(claimed))
