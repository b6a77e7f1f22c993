"""Similar titles count as items of the catalog, or not at all."""

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from lorewise.data.assemble import assemble
from lorewise.data.columns import KIN, column_roles
from lorewise.data.dataset import Dataset
from lorewise.encoders.blocks import BlockSettings, encode_items
from lorewise.encoders.item_texts import item_tags, item_texts
from lorewise.pipeline.kin import with_kin


def catalog(similar: Mapping[str, str]) -> Dataset:
    titles = ["Heat", "Paddington", "Ronin", "Shrek"]
    items = pl.DataFrame({"item_id": titles, "title": titles})
    found = assemble(pl.DataFrame({"user_id": ["u"], "item_id": ["Heat"]}), items=items)
    said = pl.Series("lore.similar", [similar.get(own) for own in found.items.ids], pl.String)
    table = found.item_table.with_columns(said)
    return replace(found, item_table=table, lore_columns=("lore.similar",))


def test_an_item_and_those_it_resembles_share_terms() -> None:
    found = with_kin(catalog({"Heat": "Ronin (1998)|Nowhere", "Ronin": "heat"}))
    assert found.lore_columns == (KIN,)
    assert dict(zip(found.items.ids, found.item_table[KIN].to_list(), strict=True)) == {
        "Heat": ["Heat", "Ronin"],
        "Paddington": ["Paddington"],
        "Ronin": ["Ronin", "Heat"],
        "Shrek": ["Shrek"],
    }


def test_ids_are_terms_but_no_words() -> None:
    found = with_kin(catalog({"Heat": "Ronin|Nowhere"}))
    roles = {KIN: column_roles(found.item_table)[KIN]}
    assert item_texts(found.item_table, roles) == [""] * 4
    tags = item_tags(found.item_table, roles)[found.items.ids.index("Heat")]
    assert tags == [f"{KIN}=heat", f"{KIN}=ronin"]


def test_films_that_name_each_other_are_near_and_strangers_are_not() -> None:
    similar = {"Heat": "Ronin", "Ronin": "Heat", "Shrek": "Paddington", "Paddington": "Shrek"}
    found = with_kin(catalog(similar))
    blocks = encode_items(found, BlockSettings(dense="none"), cache=None).features.blocks
    heat, ronin, shrek = (
        blocks["lore.similar.lexical"][found.items.ids.index(title)]
        for title in ("Heat", "Ronin", "Shrek")
    )
    assert heat @ ronin > 0.9
    assert abs(heat @ shrek) < 0.1


def test_without_a_title_that_is_found_nothing_changes() -> None:
    for similar in ({"Heat": "Nowhere"}, {}):
        dataset = catalog(similar)
        assert with_kin(dataset) is dataset
    bare = replace(catalog({}), lore_columns=())
    assert with_kin(bare) is bare
