from importlib.resources import files

import polars as pl
import pytest

from lorewise.data.bundled_films import bundled_films, bundled_lore
from lorewise.data.dataset import Dataset


@pytest.fixture(scope="module")
def films() -> Dataset:
    return bundled_films()


def test_the_counts_are_those_that_the_publisher_states(films: Dataset) -> None:
    # 610 people, 9,742 films of which 18 nobody rated, 100,836 ratings
    assert (films.n_users, films.n_items, films.n_interactions) == (610, 9_742, 100_836)
    assert int((films.item_counts == 0).sum()) == 18
    assert films.has_times


def test_ratings_and_titles_stand_with_the_right_films(films: Dataset) -> None:
    titles = films.item_table.filter(pl.col("item_id") == "1")["title"].to_list()
    assert titles == ["Toy Story (1995)"]
    first = films.users.numbers(["1"])[0]
    toy_story = films.items.numbers(["1"])[0]
    row = (films.user_numbers == first) & (films.item_numbers == toy_story)
    assert films.ratings[row].tolist() == [4.0]
    assert films.timestamps_s[row].tolist() == [964_982_703]


def test_only_title_and_genres_are_told_of_a_film_besides_lore(films: Dataset) -> None:
    plain = [name for name in films.item_table.columns if name not in films.lore_columns]
    assert plain == ["item_id", "title", "genres"]


def test_lore_is_of_the_films_with_five_ratings_or_more(films: Dataset) -> None:
    has_lore = films.item_table["lore.themes"].is_not_null().to_numpy()
    assert has_lore.sum() == 3_650
    assert (has_lore == (films.item_counts >= 5)).all()
    gump = films.item_table.filter(pl.col("item_id") == "356").row(0, named=True)
    assert gump["title"] == "Forrest Gump (1994)"
    assert gump["lore.creators"].startswith("Robert Zemeckis")


def test_without_lore_the_interactions_are_the_same(films: Dataset) -> None:
    plain = bundled_films(with_lore=False)
    assert plain.lore_columns == ()
    assert (plain.item_numbers == films.item_numbers).all()
    assert plain.fingerprint != films.fingerprint


def test_films_with_few_ratings_can_be_left_out(films: Dataset) -> None:
    known = bundled_films(min_ratings=10)
    assert known.n_items == int((films.item_counts >= 10).sum())
    assert known.item_counts.min() == 10
    assert known.item_table["lore.themes"].is_not_null().all()


def test_the_lore_stands_alone_too() -> None:
    assert bundled_lore().height == 3_650


def test_license_and_origin_lie_beside_the_data() -> None:
    folder = files("lorewise.data") / "bundled"
    assert "commercial" in (folder / "LICENSE-GroupLens.txt").read_text("utf-8")
    assert "10.1145/2827872" in (folder / "SOURCE.md").read_text("utf-8")


def test_the_files_stay_small() -> None:
    sizes = [len(path.read_bytes()) for path in (files("lorewise.data") / "bundled").iterdir()]
    assert sum(sizes) < 2_000_000
