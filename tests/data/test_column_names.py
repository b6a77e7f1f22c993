import pytest

from lorewise.data.column_names import ALIASES, ITEM, ITEM_KEY, TIME, USER, find_columns
from lorewise.errors import DataError


def found(*names: str) -> dict[str, str]:
    return find_columns(names, aliases=ALIASES, required=[USER, ITEM], table="t")


@pytest.mark.parametrize(
    ("user", "item", "time"),
    [
        ("user_id", "item_id", "timestamp"),
        ("USER_ID", "ITEM_ID", "TIMESTAMP"),
        ("userId", "movieId", "datetime"),
        ("uid", "parent_asin", "ts"),
        ("Customer ID", "product-id", "unixReviewTime"),
        ("visitorid", "itemid", "Date"),
        ("reviewerID", "asin", "time"),
    ],
)
def test_names_of_other_systems_are_understood_in_any_case(user: str, item: str, time: str) -> None:
    assert found(user, "unknown", item, time) == {USER: user, ITEM: item, TIME: time}


def test_the_preferred_alias_wins_over_the_others_wherever_it_stands() -> None:
    assert found("user", "asin", "parent_asin", "user_id")[ITEM] == "parent_asin"
    assert found("user", "asin", "parent_asin", "user_id")[USER] == "user_id"


def test_of_two_spellings_of_one_alias_the_first_column_wins() -> None:
    assert found("UserId", "user_id", "item")[USER] == "UserId"


def test_a_plain_id_is_the_key_of_an_items_table_but_not_the_item_of_an_interaction() -> None:
    assert find_columns(["id"], aliases=ITEM_KEY, required=[ITEM], table="t") == {ITEM: "id"}
    with pytest.raises(DataError, match="no column 'item_id'"):
        found("id", "user_id")


def test_a_table_without_columns_says_so() -> None:
    with pytest.raises(DataError, match="found no column at all"):
        found()
