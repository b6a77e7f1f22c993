from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lorewise.data.primitives import Embeddings
from lorewise.encoders.blocks import BlockSettings, encode_items
from lorewise.models.content import ContentScorer, ContentSettings
from lorewise.models.expected_popularity import (
    ExpectedPopularityScorer,
    ExpectedPopularitySettings,
)
from lorewise.models.fusion import FusionScorer, even_weights, item_groups
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.pipeline.fusing import loudest
from lorewise.pipeline.hearing import (
    DRAWS,
    LOUDER,
    SPENT_ON_WORDS,
    UNHEARD,
    spoken_pool,
    spoken_validation,
    spoken_weights,
    wish_weights,
)
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.lore_controls import without_lore
from lorewise.pipeline.validation import Validation
from lorewise.testing.told_world import told_world

if TYPE_CHECKING:
    from lorewise.stages import Scorer

NAMES = ["linear", "content", "expected_popularity"]


def rng() -> np.random.Generator:
    return np.random.default_rng(2)


def silence(texts: Sequence[str]) -> Embeddings:
    return np.zeros((len(texts), 1), dtype=np.float32)


def heard_world() -> tuple[Validation, FusionScorer]:
    world = told_world()
    blocks = encode_items(world, BlockSettings(dense="none"), cache=None)
    space = KnowledgeSpace.of(blocks.features, world.n_items)

    def placed(texts: Sequence[str]) -> Embeddings:
        return space.placed(blocks.encode_text(texts), {}, len(texts))

    validation = spoken_validation(world, placed, rng(), k=10)
    assert validation is not None
    train, vectors = validation.train, space.vectors({})
    members: dict[str, Scorer] = {
        "linear": LinearScorer.fit(train, vectors, LinearSettings(ridge=10)),
        "content": ContentScorer.fit(train, vectors, ContentSettings()),
        "expected_popularity": ExpectedPopularityScorer.fit(
            train, vectors, ExpectedPopularitySettings()
        ),
    }
    return validation, FusionScorer(members, even_weights(NAMES), item_groups(train.item_counts))


def test_those_who_speak_have_left_the_data() -> None:
    validation, _ = heard_world()
    world = told_world()
    n_gone = world.n_users - len(np.unique(validation.train.user_numbers))
    assert n_gone == world.n_users // 3
    assert len(validation.queries) == DRAWS * n_gone
    assert validation.queries.text_vectors is not None
    assert validation.queries.text_vectors.any(axis=1).all()


def test_in_a_told_world_words_beat_popularity_and_weights_say_so() -> None:
    validation, fusion = heard_world()
    pool = spoken_pool(validation, fusion)
    weights = spoken_weights(pool, NAMES)
    popularity = even_weights(NAMES) * np.array([0, 0, 1], dtype=np.float32)[:, None, None]
    assert pool.quality(weights) > 1.5 * pool.quality(popularity)
    assert weights[:2].any()


def test_the_members_hear_the_words_and_not_the_items_behind_them() -> None:
    validation, fusion = heard_world()
    pool = spoken_pool(validation, fusion)
    wordless = np.zeros_like(validation.queries.text_vectors)
    silent = spoken_pool(
        replace(validation, queries=replace(validation.queries, text_vectors=wordless)), fusion
    )
    assert pool.scores[0].any()
    assert not silent.scores[0].any()
    assert not pool.bins.any()


def test_where_nobody_can_say_anything_words_count_more_than_popularity() -> None:
    bare = without_lore(told_world(), rng())
    assert spoken_validation(bare, silence, rng(), k=10) is None
    weights = spoken_weights(None, NAMES)
    assert weights[:, 0, 0].tolist() == [np.float32(UNHEARD[name]) for name in NAMES]


def test_words_are_heard_louder_where_that_finds_the_tail_and_costs_little() -> None:
    validation, fusion = heard_world()
    pool = spoken_pool(validation, fusion)
    weights = spoken_weights(pool, NAMES)
    plain = loudest(pool, NAMES, "expected_popularity")
    assert pool.quality(weights) >= (1 - SPENT_ON_WORDS) * pool.quality(plain)
    assert pool.tail_recall(weights) >= pool.tail_recall(plain)
    ratio = weights[:, 0, 0] / np.where(plain[:, 0, 0] > 0, plain[:, 0, 0], 1)
    assert ratio[2] == 1
    assert ratio[0] in (0, *(np.float32(factor) for factor in LOUDER))


def test_a_wish_is_answered_by_what_it_is_about() -> None:
    weights = wish_weights(even_weights(NAMES), NAMES)
    assert weights[:, 0, 0].tolist() == [0, 1, np.float32(0.3)]
    assert np.all(weights[:, 1:] == 1)
