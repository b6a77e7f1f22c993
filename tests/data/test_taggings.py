from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.partition import RowParts, Split
from lorewise.data.taggings import Taggings, with_tags
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world().dataset
EVERYTHING = np.ones(WORLD.n_interactions, dtype=np.bool_)
COLD_ITEM = WORLD.items.ids[int(np.argmin(WORLD.item_counts))]


def ids_of(row: int) -> tuple[str, str]:
    user, item = WORLD.user_numbers[row], WORLD.item_numbers[row]
    return WORLD.users.ids[user], WORLD.items.ids[item]


def taggings(*rows: tuple[str, str, str, int | None]) -> Taggings:
    schema = {"user_id": pl.String, "item_id": pl.String, "tag": pl.String, "timestamp": pl.Int64}
    return Taggings(pl.DataFrame(rows, schema=schema, orient="row"))


def parts(held_out: NDArray[np.bool_], **settings: int | float) -> Split:
    return Split.of(WORLD, "by-hand", RowParts(train=~held_out, held_out=held_out), settings)


def kept(given: Taggings, parted: Split) -> list[str]:
    return given.known_in_training(WORLD, parted).rows["tag"].to_list()


def test_the_tag_of_a_held_out_pair_is_left_out() -> None:
    rows = np.arange(WORLD.n_interactions)
    first_item = WORLD.item_numbers[0]
    other = int(np.flatnonzero((WORLD.item_numbers == first_item) & (rows > 0))[0])
    given = taggings((*ids_of(0), "gone", 1), (*ids_of(other), "kept", 1))
    assert kept(given, parts(rows == 0)) == ["kept"]


def test_a_pair_that_is_in_training_and_held_out_is_left_out() -> None:
    twice = WORLD.item_numbers.copy()
    twice[1] = twice[0]
    dataset = replace(WORLD, item_numbers=twice)
    held_out = np.arange(WORLD.n_interactions) == 1
    parted = Split.of(dataset, "by-hand", RowParts(train=~held_out, held_out=held_out), {})
    given = taggings((*ids_of(0), "gone", 1))
    assert given.known_in_training(dataset, parted).rows.is_empty()


def test_the_tag_of_a_row_that_was_thinned_out_is_left_out() -> None:
    rows, last = np.arange(WORLD.n_interactions), WORLD.n_interactions - 1
    pair = (WORLD.user_numbers == 0) & (WORLD.item_numbers == WORLD.item_numbers[1])
    sparse = RowParts(train=~pair & (rows < last), held_out=rows == last)
    given = taggings((*ids_of(1), "thinned", 1), (*ids_of(int(np.argmin(pair))), "kept", 1))
    assert kept(given, Split.of(WORLD, "by-hand", sparse, {})) == ["kept"]


def test_a_tag_without_an_interaction_stays() -> None:
    """Someone tagged what they never played, or was never seen at all."""
    user, item = WORLD.users.ids[0], WORLD.items.ids[0]
    given = taggings((user, COLD_ITEM, "unplayed", 1), ("stranger", item, "strange", 1))
    assert kept(given, parts(np.arange(WORLD.n_interactions) == 0)) == ["unplayed", "strange"]


def test_items_and_users_that_lost_all_their_rows_lose_all_their_tags() -> None:
    item, user = WORLD.item_numbers[0], WORLD.user_numbers[-1]
    gone = (WORLD.item_numbers == item) | (WORLD.user_numbers == user)
    given = taggings(
        ("stranger", WORLD.items.ids[item], "of the item", 1),
        (WORLD.users.ids[user], COLD_ITEM, "of the user", 1),
        (*ids_of(int(np.flatnonzero(~gone)[0])), "kept", 1),
    )
    assert kept(given, parts(gone)) == ["kept"]


def test_after_a_cut_in_time_later_and_timeless_tags_are_left_out() -> None:
    pair = ids_of(WORLD.n_interactions - 1)
    given = taggings((*pair, "at", 100), (*pair, "late", 101), (*pair, "timeless", None))
    held_out = np.arange(WORLD.n_interactions) == 0
    assert kept(given, parts(held_out, cut_s=100)) == ["at"]
    assert kept(given, parts(held_out)) == ["at", "late", "timeless"]


def tags_of(dataset: Dataset, item_id: str) -> str | None:
    found: str | None = dataset.item_table.filter(pl.col("item_id") == item_id)["user_tags"].item()
    return found


def test_an_item_has_the_tags_that_most_people_gave_it() -> None:
    rows = [(f"u{user}", "item-03", "war", None) for user in range(3)]
    rows += [(f"u{user}", "item-03", "epic", None) for user in range(2)]
    rows += [("u0", "item-03", "blue", None)] * 5
    tagged = with_tags(WORLD, taggings(*rows))
    assert tags_of(tagged, "item-03") == "war|epic|blue"
    assert tags_of(tagged, "item-04") is None
    assert tagged.item_table.drop("user_tags").equals(WORLD.item_table)


def test_ten_tags_are_enough_and_ties_are_in_the_order_of_the_alphabet() -> None:
    rows = [("u", "item-03", tag, None) for tag in "lkjihgfedcba"]
    assert tags_of(with_tags(WORLD, taggings(*rows)), "item-03") == "a|b|c|d|e|f|g|h|i|j"


def test_earlier_tags_are_replaced() -> None:
    earlier = with_tags(WORLD, taggings(("u", "item-03", "old", None)))
    tagged = with_tags(earlier, taggings(("u", "item-04", "new", None)))
    assert tags_of(tagged, "item-03") is None
    assert tags_of(tagged, "item-04") == "new"


def test_without_taggings_nothing_has_tags() -> None:
    assert with_tags(WORLD, taggings()).item_table["user_tags"].null_count() == WORLD.n_items
