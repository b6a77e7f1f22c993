from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lorewise.errors import ArtifactError, UnknownItemError, UnknownUserError
from lorewise.pipeline.recommender import Recommender
from lorewise.testing.tiny import tiny_world


@pytest.fixture(scope="module")
def recommender() -> Recommender:
    return Recommender.fit(tiny_world().dataset)


def test_lists_hold_nothing_that_the_user_has(recommender: Recommender) -> None:
    dataset = tiny_world().dataset
    lists = recommender.recommend(k=5)
    seen = pl.DataFrame(
        {
            "user_id": dataset.users.array[dataset.user_numbers].tolist(),
            "item_id": dataset.items.array[dataset.item_numbers].tolist(),
        }
    )
    assert lists.join(seen, on=["user_id", "item_id"], how="inner").height == 0
    ranks = lists.group_by("user_id").agg(pl.col("rank").sort())["rank"].to_list()
    assert all(list(found) == list(range(1, len(found) + 1)) for found in ranks)


def test_what_is_saved_recommends_the_same(recommender: Recommender, tmp_path: Path) -> None:
    recommender.save(tmp_path / "model")
    again = Recommender.load(tmp_path / "model")
    assert_frame_equal(again.recommend(k=4), recommender.recommend(k=4))
    users = again.similar_users(recommender.users.ids[0], k=3)
    assert_frame_equal(users, recommender.similar_users(recommender.users.ids[0], k=3))


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError):
        Recommender.load(tmp_path)


def test_candidates_alone_are_ranked(recommender: Recommender) -> None:
    some = list(recommender.items.ids[:6])
    lists = recommender.recommend(k=20, candidates=some, include_seen=True)
    assert set(lists["item_id"]) <= set(some)


def test_a_stranger_is_served_by_a_history(recommender: Recommender) -> None:
    item = recommender.items.ids[int(np.argmax(tiny_world().dataset.item_counts))]
    lists = recommender.recommend(history=[item], k=3)
    assert lists.height == 3
    assert item not in lists["item_id"]
    assert lists["user_id"].null_count() == 3


def test_similar_items_are_of_the_same_taste(recommender: Recommender) -> None:
    world = tiny_world()
    number = int(np.argmax(world.dataset.item_counts))
    found = recommender.similar_items(world.dataset.items.ids[number], k=3)["item_id"]
    clusters = world.item_clusters[world.dataset.items.numbers(found.to_list())]
    assert len(found) == 3
    assert (clusters == world.item_clusters[number]).all()


def test_a_user_without_history_gets_what_people_like(recommender: Recommender) -> None:
    dataset = tiny_world().dataset
    nobody = dataset.users.ids[int(np.argmin(np.diff(dataset.offsets)))]
    assert recommender.recommend([nobody], k=3).height == 3


def test_strangers_are_named(recommender: Recommender) -> None:
    with pytest.raises(UnknownUserError, match="'nobody' is not among"):
        recommender.recommend(["nobody"])
    with pytest.raises(UnknownItemError, match="'nothing' is not in the catalog"):
        recommender.recommend(history=["nothing"])
