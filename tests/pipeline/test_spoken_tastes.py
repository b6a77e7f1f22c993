from dataclasses import replace

import numpy as np
import polars as pl

from lorewise.data.dataset import Dataset
from lorewise.pipeline.lore_controls import without_columns
from lorewise.pipeline.spoken_tastes import item_themes, spoken_tastes, theme_columns
from lorewise.testing.told_world import THEMES, told_world

EVERYONE = np.arange(told_world().n_users, dtype=np.int32)


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_what_is_spoken_of_is_neither_shown_nor_looked_for() -> None:
    world = told_world()
    tastes = spoken_tastes(world, EVERYONE, rng())

    assert tastes is not None
    assert len(tastes.sentences) == len(tastes.said) == len(tastes.targets) == len(EVERYONE)
    for user in range(world.n_users):
        said = tastes.said.part(user, user + 1).item_numbers
        targets = tastes.targets.part(user, user + 1).item_numbers
        liked = world.item_numbers[world.offsets[user] : world.offsets[user + 1]]
        assert len(said) == 3
        assert set(said) | set(targets) == set(liked)
        assert not set(said) & set(targets)


def test_a_sentence_is_made_of_themes_alone() -> None:
    tastes = spoken_tastes(told_world(), EVERYONE[:1], rng())

    assert tastes is not None
    phrases = tastes.sentences[0].split(", ")
    assert set(phrases) <= {*THEMES[0], *THEMES[1]}
    assert len(phrases) == len(set(phrases))


def test_users_with_few_likes_are_not_asked() -> None:
    world = told_world()
    first = world.offsets[0]
    disliked = replace(world, weights=np.where(np.arange(len(world.weights)) < first + 7, -1, 1))

    asked = spoken_tastes(disliked, EVERYONE[:3], rng())

    # The first user has 14 events, 7 of them dislikes: 7 likes are one too few.
    assert asked is not None
    assert len(asked.said) == 2
    assert spoken_tastes(disliked, EVERYONE[:1], rng()) is None


def with_columns(**columns: str) -> Dataset:
    bare = without_columns(told_world(), ["lore.themes"])
    n_items = bare.n_items
    tags = [f"{number % 3}-fold|even" for number in range(n_items)]
    table = bare.item_table.with_columns(
        pl.Series(name, tags if value == "tags" else [value] * n_items)
        for name, value in columns.items()
    )
    lore = [name for name in columns if name.startswith("lore.")]
    return replace(bare, item_table=table, lore_columns=(*bare.lore_columns, *lore))


def test_without_themes_other_facets_speak_and_without_these_the_catalogs_tags() -> None:
    mood = {"lore.mood": "dark"}

    assert theme_columns(told_world()) == ["lore.themes"]
    assert theme_columns(with_columns(genres="tags", **mood)) == ["lore.mood"]
    assert theme_columns(with_columns(genres="tags")) == ["genres"]
    assert item_themes(with_columns(genres="tags"))[4] == ["1-fold", "even"]


def test_a_middling_rating_is_no_like() -> None:
    world = told_world()
    is_of_first = world.user_numbers == 0
    ratings = np.where(is_of_first, np.where(np.arange(world.n_interactions) < 8, 4, 3.5), 5)
    rated = replace(world, ratings=ratings.astype(np.float32))

    tastes = spoken_tastes(rated, EVERYONE[:1], rng())

    # Of 14 events, all with weight 1, eight are rated 4 of 5; three of them are spoken of.
    assert tastes is not None
    liked = set(world.item_numbers[:8])
    assert set(tastes.targets.item_numbers) | set(tastes.said.item_numbers) == liked
    assert len(tastes.targets.item_numbers) == 5
