from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.errors import DataError
from lorewise.models.content import Comparison, ContentScorer, ContentSettings, comparable
from lorewise.testing.tiny import tiny_world

INF = float("inf")
# items 0 and 1 at right angles, 2 between them, all others without a vector
PLANE = np.array([[1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)


def world() -> tuple[Dataset, Embeddings]:
    dataset = tiny_world().dataset
    vectors = np.zeros((dataset.n_items, 2), dtype=np.float32)
    vectors[:3] = PLANE
    return dataset, vectors


def first_scores(
    items: list[int],
    *,
    weights: list[float] | None = None,
    similarity: Comparison = "cosine",
    half_life_events: float = INF,
    text: list[float] | None = None,
) -> list[float]:
    settings = ContentSettings(similarity=similarity, half_life_events=half_life_events)
    queries = Queries.of(
        [np.array(items, dtype=np.int32)],
        weights=None if weights is None else [np.array(weights, dtype=np.float32)],
    )
    if text is not None:
        queries = replace(queries, text_vectors=np.array([text], dtype=np.float32))
    scores: Scores = ContentScorer.fit(*world(), settings).score_catalog(queries)
    assert np.isnan(scores[0, 3:]).all()
    return [float(score) for score in scores[0, :3]]


def many_described(similarity: Comparison) -> tuple[ContentScorer, Embeddings]:
    dataset = tiny_world().dataset
    rows = np.random.default_rng(3).normal(size=(dataset.n_items, 6))
    vectors = unit_rows(rows.astype(np.float32))
    settings = ContentSettings(similarity=similarity, half_life_events=INF)
    return ContentScorer.fit(dataset, vectors, settings), vectors


def test_one_item_scores_all_by_their_cosine_to_it() -> None:
    assert first_scores([0]) == pytest.approx([1, 0, 0.6])


def test_the_profile_is_the_mean_direction() -> None:
    # the profile is (1, 1) / sqrt(2): cosines .7071, .7071 and (.6 + .8) / sqrt(2)
    assert first_scores([0, 1]) == pytest.approx([0.70711, 0.70711, 0.98995], abs=1e-5)


def test_dot_is_the_mean_similarity() -> None:
    # item 2: (.6 + .8) / 2
    assert first_scores([0, 1], similarity="dot") == pytest.approx([0.5, 0.5, 0.7])


def test_the_newer_event_counts_more() -> None:
    # the profile (1/2, 1) has length sqrt(1.25)
    older, newer, _ = first_scores([0, 1], half_life_events=1)
    assert (older, newer) == pytest.approx((0.44721, 0.89443), abs=1e-5)


def test_a_dislike_takes_its_similarity_from_each_item() -> None:
    # liked (1, 0) gives 1, 0, .6; disliked (0, 1) takes 0, 1, .8
    assert first_scores([0, 1], weights=[1, -1]) == pytest.approx([1, -1, -0.2])


def test_words_count_like_an_event() -> None:
    assert first_scores([], text=[0, 2]) == pytest.approx([0, 1, 0.8])
    assert first_scores([0], text=[0, 1]) == pytest.approx([0.70711, 0.70711, 0.98995], abs=1e-5)


def test_words_count_as_much_as_their_vector_is_long() -> None:
    # (1, 0) + (0, 1/2) has the length sqrt(1.25): 1, .5 and (.6 + .4), each over 1.11803
    assert first_scores([0], text=[0, 0.5]) == pytest.approx([0.89443, 0.44721, 0.89443], abs=1e-5)
    # the mean over 1 and 1/2 events: 1, .5 and 1, each over 1.5
    assert first_scores([0], text=[0, 0.5], similarity="dot") == pytest.approx(
        [2 / 3, 1 / 3, 2 / 3]
    )


def test_the_rounding_of_a_unit_vector_changes_no_score() -> None:
    scorer, vectors = many_described("cosine")
    assert (np.linalg.norm(vectors, axis=1) != 1).any()
    histories = Queries.of([np.array([0], np.int32)] * len(vectors))
    profile = scorer.vectors[[0]] + unit_rows(vectors)
    expected = (profile / np.linalg.norm(profile, axis=1, keepdims=True)) @ scorer.vectors.T
    found = scorer.score_catalog(replace(histories, text_vectors=vectors))
    assert np.array_equal(found, expected)


@pytest.mark.parametrize("similarity", ["cosine", "dot", "pearson"])
def test_words_alone_score_the_same_at_any_length(similarity: Comparison) -> None:
    scorer, vectors = many_described(similarity)
    nothing = Queries.of([np.zeros(0, dtype=np.int32)] * 2)
    words = replace(nothing, text_vectors=vectors[[0, 0]] * np.array([[1], [0.25]], np.float32))
    whole, quarter = scorer.score_catalog(words)
    assert quarter == pytest.approx(whole, abs=1e-6)
    assert np.argmax(whole) == 0


def test_a_correlation_counts_words_by_their_length_too() -> None:
    """An event and words half as long pull like two events and one."""
    scorer, vectors = many_described("pearson")
    histories = Queries.of([np.array([0], np.int32), np.array([0, 0, 1], np.int32)])
    rows = np.stack([vectors[1] / 2, np.zeros(6, np.float32)])
    spoken, done = scorer.score_catalog(replace(histories, text_vectors=rows))
    assert spoken == pytest.approx(done, abs=1e-6)


def test_dot_counts_words_in_the_mean() -> None:
    assert first_scores([0], text=[0, 1], similarity="dot") == pytest.approx([0.5, 0.5, 0.7])


def test_nothing_known_of_the_query_is_nan() -> None:
    assert np.isnan(first_scores([])).all()
    assert np.isnan(first_scores([5])).all()
    assert np.isnan(first_scores([], text=[0, 0])).all()


def test_an_item_without_a_vector_changes_nothing() -> None:
    assert first_scores([0, 5]) == pytest.approx(first_scores([0]))


def test_pearson_is_the_correlation_of_coordinates() -> None:
    rng = np.random.default_rng(3)
    vectors = unit_rows(rng.normal(size=(4, 6)).astype(np.float32))
    rows = comparable(vectors, "pearson")
    np.testing.assert_allclose(rows @ rows.T, np.corrcoef(vectors), atol=1e-6)


def test_equal_coordinates_correlate_with_nothing() -> None:
    flat = unit_rows(np.full((1, 7), 0.3, dtype=np.float32))
    assert not comparable(flat, "pearson").any()


def test_vectors_of_another_catalog_are_refused() -> None:
    dataset, vectors = world()
    with pytest.raises(DataError, match="one row per item"):
        ContentScorer.fit(dataset, vectors[:-1], ContentSettings())


def test_words_encoded_in_another_way_are_refused() -> None:
    with pytest.raises(DataError, match="3 dimensions, items 2"):
        first_scores([0], text=[1, 0, 0])
