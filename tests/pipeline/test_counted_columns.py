from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.taggings import Taggings
from lorewise.pipeline.counted_columns import counted_columns
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world().dataset
PAGES = np.random.default_rng(1).integers(80, 90, WORLD.n_items)


def with_item_column(name: str, values: NDArray[np.int64] | list[str]) -> Dataset:
    return replace(WORLD, item_table=WORLD.item_table.with_columns(pl.Series(name, values)))


def genres() -> list[str]:
    return [f"{'jazz' if number % 2 else 'metal'}|loud" for number in range(WORLD.n_items)]


def taggings_of(tags: list[str], items: range) -> Taggings:
    rows = [
        ("u", WORLD.items.ids[item], tag, None) for item in items for tag in tags[item].split("|")
    ]
    schema = {"user_id": pl.String, "item_id": pl.String, "tag": pl.String, "timestamp": pl.Int64}
    return Taggings(pl.DataFrame(rows, schema=schema, orient="row"))


def test_plain_data_have_no_counted_column() -> None:
    assert counted_columns(with_item_column("pages", PAGES), None) == {}


def test_a_column_that_follows_the_number_of_interactions_is_found() -> None:
    found = counted_columns(with_item_column("heat", 3 + WORLD.item_counts // 2 * 2), None)
    assert list(found) == ["heat"]
    assert "with the number of interactions, held-out ones included" in found["heat"]


def test_a_column_that_falls_as_interactions_rise_is_found_too() -> None:
    assert list(counted_columns(with_item_column("place", -WORLD.item_counts), None)) == ["place"]


def test_a_column_that_follows_the_mean_rating_is_found() -> None:
    sums = np.bincount(WORLD.item_numbers, WORLD.ratings, minlength=WORLD.n_items)
    means = np.round(sums / np.maximum(WORLD.item_counts, 1), 1)
    tenths = (10 * means).astype(np.int64)
    found = counted_columns(with_item_column("quality", tenths), None)
    assert "with the mean rating" in found["quality"]


@pytest.mark.parametrize(
    "name",
    [
        *("n_ratings", "numVotes", "vote_count", "Ratings Count", "review_count", "n_users"),
        *("avg_rating", "averageRating", "mean_score", "rating_avg", "popularity", "sales_rank"),
        *("num_of_reviews", "total_plays", "play_count"),
    ],
)
def test_a_number_with_the_name_of_a_count_is_found(name: str) -> None:
    found = counted_columns(with_item_column(name, PAGES), None)
    assert found == {name: "is by its name a count or mean over all users"}


@pytest.mark.parametrize(
    "name", ["pages", "n_pages", "count", "age_rating", "rating", "total_playtime", "user", "year"]
)
def test_an_honest_number_is_left_alone(name: str) -> None:
    assert counted_columns(with_item_column(name, PAGES), None) == {}


def test_words_are_not_found_by_their_name() -> None:
    assert counted_columns(with_item_column("popularity", genres()), None) == {}


def test_a_column_that_never_becomes_a_feature_is_left_alone() -> None:
    unique = with_item_column("n_ratings", WORLD.item_counts * 100 + np.arange(WORLD.n_items))
    assert counted_columns(unique, None) == {}


def test_a_column_of_users_is_found() -> None:
    counts = np.diff(WORLD.offsets)
    table = WORLD.user_table.with_columns(pl.Series("seen", counts))
    assert list(counted_columns(replace(WORLD, user_table=table), None)) == ["seen"]


def test_tags_that_repeat_the_table_of_tags_are_found() -> None:
    dataset = with_item_column("labels", [tags.title() for tags in genres()])
    found = counted_columns(dataset, taggings_of(genres(), range(WORLD.n_items)))
    assert found == {
        "labels": "repeats tags that all users gave (100% of them stand in the table of tags)"
    }


def test_genres_that_users_sometimes_name_are_left_alone() -> None:
    dataset = with_item_column("genres", genres())
    assert counted_columns(dataset, taggings_of(genres(), range(WORLD.n_items // 2))) == {}
    assert counted_columns(dataset, None) == {}
