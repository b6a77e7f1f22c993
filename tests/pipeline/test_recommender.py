from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from polars.testing import assert_frame_equal

from lorewise.data.bundled_films import bundled_films
from lorewise.data.dataset import Dataset
from lorewise.data.item_features import ItemFeatures
from lorewise.data.knowledge import Knowledge
from lorewise.data.user_knowledge import with_user_knowledge
from lorewise.encoders.blocks import FittedBlocks
from lorewise.errors import ArtifactError, UnknownItemError, UnknownUserError
from lorewise.pipeline import scoring
from lorewise.pipeline.recommender import Recommender
from lorewise.testing.onnx_encoder import made_folder
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world()
WORDS = ("quiet piano trio jazz", "loud metal guitar drums")
"""What the items of each cluster are about."""

COUNTS = np.diff(WORLD.dataset.offsets)
NOBODY = int(np.argmin(COUNTS))
"""A user without events."""


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


def described() -> Dataset:
    about = [f"{WORDS[c]} piece{number}" for number, c in enumerate(WORLD.item_clusters)]
    table = WORLD.dataset.item_table.with_columns(pl.Series("about", about))
    return replace(WORLD.dataset, item_table=table)


def profiled(words_of: dict[int, str]) -> Dataset:
    ids = WORLD.dataset.users.ids
    return with_user_knowledge(
        described(),
        [
            Knowledge(kind="user", subject_id=ids[user], facets={"tastes": words})
            for user, words in words_of.items()
        ],
    )


def share_of_cluster(lists: pl.DataFrame, cluster: int) -> float:
    numbers = WORLD.dataset.items.numbers(lists["item_id"].to_list())
    return float((WORLD.item_clusters[numbers] == cluster).mean())


@pytest.mark.parametrize("cluster", [0, 1])
def test_a_user_without_events_is_shown_what_the_profile_speaks_of(cluster: int) -> None:
    fitted = Recommender.fit(profiled({NOBODY: WORDS[cluster]}), dense="none")
    lists = fitted.recommend([WORLD.dataset.users.ids[NOBODY]], k=5)
    assert share_of_cluster(lists, cluster) == 1
    wished = fitted.recommend(text=WORDS[cluster], k=5)
    assert share_of_cluster(wished, cluster) == 1


@pytest.fixture(scope="module")
def everyone() -> Recommender:
    """Return a content model of users who are all said to like the other cluster."""
    words_of = {user: WORDS[1 - cluster] for user, cluster in enumerate(WORLD.user_clusters)}
    return Recommender.fit(profiled(words_of), algorithm="content", dense="none")


def pull(everyone: Recommender, n_events: int) -> float:
    """Return how far profiles move scores, on average, of people who did so much."""
    dataset, rows = WORLD.dataset, np.arange(WORLD.dataset.n_interactions)
    is_early = rows < dataset.offsets[dataset.user_numbers] + n_events
    heard = replace(everyone, histories=dataset.only(is_early).queries())
    silent = replace(heard, profiles=())
    scores, before = (model.recommend(k=99, include_seen=True) for model in (heard, silent))
    both = scores.join(before, on=["user_id", "item_id"])
    return float((both["score"] - both["score_right"]).abs().mean())  # type: ignore[arg-type]  # not None


def test_the_more_a_user_did_the_less_the_profile_counts(everyone: Recommender) -> None:
    """Events drown words that are trusted less besides: the pull falls faster than 1 / events."""
    one, three, nine = (pull(everyone, n_events) for n_events in (1, 3, 9))
    assert one > 3 * three > 9 * nine > 0


def test_a_profile_moves_films_up_and_the_less_the_more_was_watched() -> None:
    """Of the first events of one person: none, one, or nine."""
    films = bundled_films(min_ratings=100)
    person = int(np.argmax(np.diff(films.offsets)))
    told = Knowledge(
        kind="user",
        subject_id=films.users.ids[person],
        facets={"tastes": ("science fiction", "space")},
    )
    fitted = Recommender.fit(with_user_knowledge(films, [told]), algorithm="content")
    is_space = films.item_table["genres"].str.contains("Sci-Fi").to_numpy()
    none, one, nine = (places_gained(fitted, films, person, n, is_space) for n in (0, 1, 9))
    assert none > len(is_space) / 5
    assert none > 2 * one > 4 * nine > 0


def places_gained(
    fitted: Recommender, films: Dataset, person: int, n_events: int, wanted: NDArray[np.bool_]
) -> float:
    """Return how many places the wanted films gain, on average, by the profile.

    Without events and profile all places are alike.
    """
    early = np.arange(films.offsets[person], films.offsets[person] + n_events)
    heard = replace(fitted, histories=films.only(early).queries())
    mean_rank = []
    for model in (replace(heard, profiles=()), heard):
        lists = model.recommend([films.users.ids[person]], k=len(wanted), include_seen=True)
        ranks = np.full(len(wanted), (len(wanted) + 1) / 2)
        ranks[films.items.numbers(lists["item_id"].to_list())] = lists["rank"]
        mean_rank.append(ranks[wanted].mean())
    return float(mean_rank[0] - mean_rank[1])


def test_profiles_are_saved_with_the_users(everyone: Recommender, tmp_path: Path) -> None:
    everyone.save(tmp_path / "model")
    again = Recommender.load(tmp_path / "model")
    assert again.profiles == everyone.profiles
    assert_frame_equal(again.recommend(k=4), everyone.recommend(k=4))


def test_a_model_without_profiles_keeps_no_column_of_them(
    recommender: Recommender, tmp_path: Path
) -> None:
    recommender.save(tmp_path / "model")
    assert pl.read_parquet(tmp_path / "model/tables/users.parquet").columns == ["user_id"]
    assert Recommender.load(tmp_path / "model").profiles == ()


def test_a_history_and_a_text_are_answered_without_any_profile(everyone: Recommender) -> None:
    silent = replace(everyone, profiles=())
    asked = {"history": [WORLD.dataset.items.ids[0]], "text": WORDS[0], "k": 5}
    assert_frame_equal(everyone.recommend(**asked), silent.recommend(**asked))  # type: ignore[arg-type]  # one kind each


def test_all_profiles_of_a_batch_are_encoded_at_once_and_empty_ones_never(
    everyone: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded: list[list[str]] = []
    encode = FittedBlocks.encode_text

    def counted(blocks: FittedBlocks, texts: Sequence[str]) -> ItemFeatures:
        encoded.append(list(texts))
        return encode(blocks, texts)

    monkeypatch.setattr(FittedBlocks, "encode_text", counted)
    some = tuple(text if user % 3 == 0 else "" for user, text in enumerate(everyone.profiles))
    partly = replace(everyone, profiles=some)
    partly.recommend(k=3)
    assert encoded == [[text for text in some if text]]
    partly.recommend([WORLD.dataset.users.ids[1]], k=3)
    assert len(encoded) == 1


def test_in_batches_everybody_keeps_the_own_profile(
    everyone: Recommender, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = everyone.recommend(k=99).drop("rank")  # near ties may change places
    monkeypatch.setattr(scoring, "FLOATS_AT_ONCE", 7 * WORLD.dataset.n_items)
    batched = everyone.recommend(k=99).drop("rank")
    assert_frame_equal(batched, at_once, check_row_order=False, abs_tol=1e-5)


def test_a_loaded_model_reads_words_with_the_encoder_of_its_fit(tmp_path: Path) -> None:
    encoder = f"folder:{made_folder(tmp_path / 'mini')}"
    about = [("red", "blue")[cluster] for cluster in WORLD.item_clusters]
    table = WORLD.dataset.item_table.with_columns(pl.Series("about", about))
    dataset = replace(WORLD.dataset, item_table=table)
    Recommender.fit(dataset, algorithm="content", dense=encoder).save(tmp_path / "model")
    again = Recommender.load(tmp_path / "model")
    words = again.blocks.encode_text(["red"]).blocks["text.dense"]
    assert words.tolist() == [[1, 0]]  # as the folder's model has it
    assert share_of_cluster(again.recommend(text="red", k=5), 0) == 1


@pytest.mark.parametrize("algorithm", ["fusion", "linear", "rules"])
def test_other_data_are_fitted_with_the_settings_of_before(algorithm: str) -> None:
    world = tiny_world()
    first = Recommender.fit(world.dataset, algorithm=algorithm, seed=3)
    is_kept = np.random.default_rng(0).random(world.dataset.n_interactions) < 0.8
    fewer = world.dataset.only(is_kept)
    again = first.refit(fewer)
    assert again.summary["settings"] == first.summary["settings"]
    assert again.summary["n_interactions"] == is_kept.sum()
    assert (again.summary["algorithm"], again.summary["seed"]) == (algorithm, 3)
    assert_frame_equal(first.refit(world.dataset).recommend(k=5), first.recommend(k=5))
    assert not again.recommend(k=5).equals(first.recommend(k=5))
