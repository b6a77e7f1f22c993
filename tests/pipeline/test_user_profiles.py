from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.event_digest import events_digest
from lorewise.data.knowledge import Facets, Knowledge, Provenance
from lorewise.data.user_knowledge import with_user_knowledge
from lorewise.pipeline.fit import FittedScorer, fit_scorer
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.study import evaluate
from lorewise.pipeline.user_profiles import (
    UserProfiles,
    profile_texts,
    profile_trust,
    profile_vectors,
)
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world()
WORDS = ("quiet piano trio jazz", "loud metal guitar drums")


def told(text_of_user: dict[int, Facets], dataset: Dataset) -> Dataset:
    """Return the dataset with profiles that were made without reading any event."""
    origin = Provenance(
        model="m",
        prompt_digest="p",
        input_digest="i",
        as_of=datetime(2026, 1, 1, tzinfo=UTC),
        events_digest=events_digest(dataset, 0, 0),
        n_events=0,
    )
    return with_user_knowledge(
        dataset,
        [
            Knowledge(
                kind="user", subject_id=dataset.users.ids[user], facets=facets, provenance=origin
            )
            for user, facets in text_of_user.items()
        ],
    )


@pytest.fixture(scope="module")
def described() -> Dataset:
    """Return the tiny world with words for each cluster and a word of each item's own."""
    about = [f"{WORDS[c]} piece{number}" for number, c in enumerate(WORLD.item_clusters)]
    table = WORLD.dataset.item_table.with_columns(pl.Series("about", about))
    return replace(WORLD.dataset, item_table=table)


@pytest.fixture(scope="module")
def fitted(described: Dataset) -> FittedScorer:
    return fit_scorer(described, algorithm="content", dense="none")


def vectors(fitted: FittedScorer, texts: list[str], n_events: list[int]) -> np.ndarray:
    return profile_vectors(
        texts,
        np.array(n_events),
        blocks=fitted.blocks,
        space=KnowledgeSpace.of(fitted.blocks.features, WORLD.dataset.n_items),
        block_weights=fitted.block_weights,
    )


def test_a_profile_is_its_facets_a_line_each_without_dislikes() -> None:
    facets: Facets = {"tastes": ("jazz", "tea"), "dislikes": "metal", "summary": "Calm."}
    texts = profile_texts(told({3: facets}, WORLD.dataset))
    assert texts[3] == "jazz, tea\nCalm."
    assert set(texts[:3] + texts[4:]) == {""}


def test_without_profiles_all_texts_are_empty() -> None:
    assert profile_texts(WORLD.dataset) == [""] * WORLD.dataset.n_users


def test_trust_halves_when_events_equal_what_a_profile_is_worth() -> None:
    assert profile_trust(np.array([0, 4, 12]), k=4).tolist() == [1.0, 0.5, 0.25]


def test_a_vector_is_as_long_as_the_trust_in_it(fitted: FittedScorer) -> None:
    found = vectors(fitted, [WORDS[0], WORDS[0], ""], [0, 3, 0])
    # worth one event beside three: 1 / (1 + 3)
    assert np.linalg.norm(found, axis=1).tolist() == pytest.approx([1, 0.25, 0], abs=1e-5)
    assert found.dtype == np.float32


def test_a_vector_lies_among_the_items_it_speaks_of(fitted: FittedScorer) -> None:
    cosines = vectors(fitted, list(WORDS), [0, 0]) @ fitted.vectors.T
    for cluster in (0, 1):
        own = WORLD.item_clusters == cluster
        assert cosines[cluster][own].min() > cosines[cluster][~own].max()


def test_a_user_without_history_is_shown_what_the_profile_speaks_of(
    described: Dataset, fitted: FittedScorer
) -> None:
    bare = int(np.argmin(np.diff(described.offsets)))
    profiles = UserProfiles.of(told({bare: {"tastes": WORDS[1]}}, described), fitted)
    assert profiles is not None
    users = np.array([bare], dtype=np.int32)
    queries = described.queries(users)
    assert np.isnan(fitted.scorer.score_catalog(queries)).all()
    scores = fitted.scorer.score_catalog(profiles.joined(queries, users))[0]
    best = np.argsort(-scores)[:5]
    assert (WORLD.item_clusters[best] == 1).all()


def test_each_query_gets_the_profile_of_its_own_user(
    described: Dataset, fitted: FittedScorer
) -> None:
    profiles = UserProfiles.of(told({2: {"tastes": WORDS[1]}}, described), fitted)
    assert profiles is not None
    users = np.array([1, 2], dtype=np.int32)
    found = profiles.joined(described.queries(users), users).text_vectors
    assert found is not None
    assert np.any(found, axis=1).tolist() == [False, True]


def test_without_profiles_or_a_model_that_reads_words_there_is_nothing_to_join(
    described: Dataset, fitted: FittedScorer
) -> None:
    assert UserProfiles.of(described, fitted) is None
    assert UserProfiles.of(told({2: {"tastes": "x"}}, described), object()) is None


def test_an_evaluation_lets_the_profiles_of_cold_users_speak(described: Dataset) -> None:
    """Popularity knows no words; content hears them, though three events speak louder."""
    tastes: dict[int, Facets] = {
        user: {"tastes": WORDS[1 - cluster]} for user, cluster in enumerate(WORLD.user_clusters)
    }
    plain, profiled = (
        evaluate(dataset, "cold-users", ["popularity", "content"]).rows
        for dataset in (described, told(tastes, described))
    )
    assert profiled[0].metrics == plain[0].metrics
    assert profiled[1].metrics != plain[1].metrics
