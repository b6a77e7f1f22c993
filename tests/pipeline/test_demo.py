from typing import Any

import numpy as np
import polars as pl
import pytest

from lorewise.data.assemble import assemble
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import with_knowledge
from lorewise.data.splitting import split
from lorewise.data.splitting.partition import Split
from lorewise.pipeline.demo import DemoSettings, demo_lists, run_demo

MOODS = ("wistful rain", "loud chase")


@pytest.fixture(scope="module")
def films() -> Dataset:
    """Twelve people of two tastes, twenty films of two moods; ann has rated most."""
    people = [f"p{number}" for number in range(12)]
    rows = [
        (person, f"f{film}", 5.0 if film % 2 == number % 2 else 1.0, film)
        for number, person in enumerate(people)
        for film in range(20)
        if (film + number // 2) % 5 or number == 0
    ]
    schema = ["user_id", "item_id", "rating", "timestamp"]
    ratings = pl.DataFrame(rows, schema=schema, orient="row")
    ids = [f"f{film}" for film in range(20)]
    items = pl.DataFrame({"item_id": ids, "title": [f"Film {film}" for film in range(20)]})
    lore = pl.DataFrame(
        {"id": ids, "mood": [MOODS[film % 2] for film in range(20)], "reception": ["hit"] * 20}
    )
    return with_knowledge(assemble(ratings, items), lore)


class StandIn:
    """Answers with the first items of those that may be shown."""

    def __init__(self, dataset: Dataset) -> None:
        self.titles = dataset.item_table.select("item_id", "title")

    def recommend(
        self, users: list[str] | None = None, *, k: int, candidates: Any = None, text: Any = None
    ) -> pl.DataFrame:
        ids = (candidates or self.titles["item_id"].to_list())[:k]
        scores = np.linspace(1, 0.5, len(ids))
        columns = {"item_id": ids, "score": scores, "rank": np.arange(1, len(ids) + 1)}
        return pl.DataFrame({"user_id": [users[0] if users else None] * len(ids)} | columns)


@pytest.fixture(scope="module")
def new(films: Dataset) -> Split:
    return split(films, "cold-items", 42)


def lists_of(new: Split, **chosen: Any) -> Any:
    stand_in: Any = StandIn(new.train)
    return demo_lists(stand_in, new, DemoSettings(**chosen))


def test_the_list_of_new_films_holds_only_films_without_ratings(new: Split) -> None:
    found = lists_of(new)
    assert found.new_for_user["n_ratings"].to_list() == [0] * len(new.cold_items)
    assert found.for_user["n_ratings"].max() > 0
    assert found.for_user.columns[:3] == ["rank", "item_id", "title"]


def test_own_ratings_are_those_the_model_did_not_see(new: Split) -> None:
    # p0 rated every film: 5 for even numbers, 1 for odd ones
    found = lists_of(new, history_length=20)
    assert found.user_id == "p0"
    for row in found.new_for_user.iter_rows(named=True):
        assert row["own_rating"] == (1.0 if int(row["item_id"][1:]) % 2 else 5.0)
    warm = found.for_user.filter(pl.col("n_ratings") > 0)
    assert warm["own_rating"].is_null().all()
    assert found.for_text["own_rating"].is_null().all()


def test_the_last_films_that_the_person_liked_come_newest_first(new: Split) -> None:
    warm = [film for film in range(0, 20, 2) if f"f{film}" not in new_ids(new)]
    wanted = [f"Film {film}" for film in reversed(warm)][:5]
    assert list(lists_of(new, history_length=20).liked) == wanted


def new_ids(new: Split) -> set[str]:
    return {new.train.items.ids[item] for item in new.cold_items}


@pytest.mark.slow
def test_the_whole_demo_runs_and_asks_for_the_last_item_if_time_leaves_too_few(
    films: Dataset,
) -> None:
    shares: list[float] = []
    found = run_demo(films, DemoSettings(k=3), progress=lambda _, share: shares.append(share))
    assert [row.algorithm for row in found.new_items.rows] == [
        *("with lore", "without lore", "permuted lore", "without hindsight")
    ]
    assert found.n_later_users < 100
    assert found.next_items.protocol == "last-item"
    assert [row.algorithm for row in found.next_items.rows] == ["fusion", "popularity"]
    assert found.lists.for_text.height == 3
    assert max(shares) == pytest.approx(1.0)
