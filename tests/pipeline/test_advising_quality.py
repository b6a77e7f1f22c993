"""The quick estimate of what vectors are worth."""

import numpy as np
from numpy.testing import assert_allclose

from lorewise.data.item_features import ItemFeatures, unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.models.cold_columns import ColdColumns
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.pipeline.advising_cells import difference_of, mean_of
from lorewise.pipeline.advising_quality import Trials, quality_cells
from lorewise.pipeline.advising_sample import Sample
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.testing.told_world import told_world

WORLD = told_world()
EVERYTHING = np.ones(WORLD.n_items, dtype=np.bool_)


def sample() -> Sample:
    rng = np.random.default_rng(5)
    return Sample.of(WORLD, n_items=80, n_users=90, among=EVERYTHING, rng=rng)


def clusters() -> Embeddings:
    """Return vectors that tell the two clusters, and a little of each item."""
    rng = np.random.default_rng(1)
    vectors = 0.3 * rng.normal(size=(WORLD.n_items, 6))
    vectors[np.arange(WORLD.n_items), [int(key[1:]) % 2 for key in WORLD.items.ids]] += 1
    return unit_rows(vectors.astype(np.float32))


def noise(dim: int = 6) -> Embeddings:
    vectors = np.random.default_rng(2).normal(size=(WORLD.n_items, dim))
    return unit_rows(vectors.astype(np.float32))


def test_it_is_the_regression_that_the_linear_model_reads_cold_items_by() -> None:
    drawn = sample()
    held = drawn.rounds[0]
    features = ItemFeatures({"a": clusters(), "b": noise()})
    settings = {"a": 1.0, "b": 0.3, "ridge": 3.0, "popularity": 0.0}
    space = KnowledgeSpace.of(features, WORLD.n_items)
    blocks = space.features.blocks
    trials = Trials(held, {name: block @ block.T for name, block in blocks.items()})
    train = WORLD.only(~np.isin(WORLD.item_numbers, drawn.items[held.is_cold]))
    bare = np.zeros((WORLD.n_items, 0), dtype=np.float32)
    fitted = LinearScorer.fit(train, bare, LinearSettings())
    vectors = space.vectors({"a": 1.0, "b": 0.3})
    cold = ColdColumns.fit(fitted.matrix, vectors, train.item_counts == 0, rho=3.0)
    queries = train.queries()
    reference = np.full((len(queries), WORLD.n_items), np.nan, dtype=np.float32)
    cold.write_to(reference, queries.offsets, queries.item_numbers, fitted.strengths.of(queries))
    expected = reference[:, held.is_cold]
    expected = expected - expected.mean(axis=1, keepdims=True)
    expected /= expected.std(axis=1, keepdims=True)
    found = trials.scores(settings)
    assert_allclose(found[:, held.is_cold], expected, atol=2e-3)
    assert np.isnan(found[:, ~held.is_cold]).all()


def test_vectors_that_tell_what_people_like_beat_noise() -> None:
    drawn = sample()
    told = quality_cells(drawn, ItemFeatures({"told": clusters()}))
    guessed = quality_cells(drawn, ItemFeatures({"guessed": noise()}))
    assert told.shape == (90, 6)
    assert difference_of(told, guessed, np.random.default_rng(0)).ci95[0] > 0


def test_a_block_of_noise_is_weighed_down() -> None:
    drawn = sample()
    alone = mean_of(quality_cells(drawn, ItemFeatures({"told": clusters()})))
    both = ItemFeatures({"told": clusters(), "guessed": noise(64)})
    assert mean_of(quality_cells(drawn, both)) > 0.9 * alone


def test_items_of_which_nothing_is_known_are_found_by_nobody() -> None:
    empty = np.zeros((WORLD.n_items, 3), dtype=np.float32)
    cells = quality_cells(sample(), ItemFeatures({"empty": empty}))
    assert np.nanmax(cells) == 0


def test_an_item_without_a_vector_has_no_score() -> None:
    held = sample().rounds[0]
    bare = int(np.flatnonzero(held.is_cold)[0])
    vectors = clusters()
    vectors[bare] = 0
    trials = Trials(held, {"told": vectors @ vectors.T})
    scores = trials.scores({"told": 1.0, "ridge": 1.0, "popularity": 0.1})
    assert np.isnan(scores[:, bare]).all()
    assert np.isnan(scores[:, held.is_cold]).sum() == len(scores)
