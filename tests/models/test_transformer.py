import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.data.vocabulary import Vocabulary
from lorewise.errors import ArtifactMismatchError, DataError, MissingExtraError
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.models.transformer import TransformerScorer
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.stages import Scorer

N_ITEMS, N_USERS, LENGTH = 24, 80, 7
SMALL = TransformerSettings(
    dim=16, n_blocks=1, max_length=8, dropout=0.1, learning_rate=0.01, max_epochs=12, patience=4
)
NOTHING = np.zeros((N_ITEMS, 0), dtype=np.float32)


def walks(n_items: int = N_ITEMS) -> tuple[Dataset, np.ndarray]:
    """Return people who walk along a ring of items, and the item that each comes to next."""
    starts = np.random.default_rng(1).integers(0, N_ITEMS, N_USERS)
    steps = (starts[:, None] + np.arange(LENGTH + 1)) % N_ITEMS
    items = Vocabulary.of(f"i{number}" for number in range(n_items))
    users = Vocabulary.of(f"u{number}" for number in range(N_USERS))
    n_events = N_USERS * LENGTH
    dataset = Dataset(
        users=users,
        items=items,
        user_numbers=np.repeat(np.arange(N_USERS), LENGTH).astype(np.int32),
        item_numbers=steps[:, :-1].astype(np.int32).ravel(),
        weights=np.ones(n_events, dtype=np.float32),
        ratings=np.full(n_events, np.nan, dtype=np.float32),
        timestamps_s=np.tile(np.arange(LENGTH), N_USERS),
        repeatable=np.zeros(n_events, dtype=np.bool_),
        item_table=pl.DataFrame({"item_id": items.ids}),
        user_table=pl.DataFrame({"user_id": users.ids}),
    )
    return dataset, steps[:, -1]


def places(n_items: int = N_ITEMS) -> Embeddings:
    """Return vectors that tell where on the ring an item is, more and less exactly."""
    angles = 2 * np.pi * np.arange(n_items)[:, None] / N_ITEMS * np.arange(1, 7)
    return unit_rows(np.concatenate([np.sin(angles), np.cos(angles)], axis=1))


@cache
def fitted() -> TransformerScorer:
    return TransformerScorer.fit(walks()[0], places(), SMALL)


def found_first(scorer: Scorer, dataset: Dataset, wanted: np.ndarray) -> float:
    """Return the share of users whose next item has the best score of those not in the history."""
    queries = dataset.queries()
    scores = scorer.score_catalog(queries)
    scores[queries.query_numbers, queries.item_numbers] = -np.inf
    return float(np.mean(np.nanargmax(scores, axis=1) == wanted))


def test_where_order_matters_it_beats_models_that_know_none() -> None:
    dataset, wanted = walks()
    assert found_first(fitted(), dataset, wanted) > 0.9
    on_ids = TransformerScorer.fit(dataset, NOTHING, SMALL)
    assert found_first(on_ids, dataset, wanted) > 0.9
    linear = LinearScorer.fit(dataset, NOTHING, LinearSettings())
    popularity = PopularityScorer.fit(dataset, NOTHING, PopularitySettings())
    assert found_first(linear, dataset, wanted) < 0.7
    assert found_first(popularity, dataset, wanted) < 0.3


def test_a_new_item_is_found_by_its_vector_alone() -> None:
    dataset, wanted = walks(N_ITEMS + 2)
    vectors = np.concatenate([places(), places()[:1], np.zeros((1, 12), np.float32)])
    scores = TransformerScorer.fit(dataset, vectors, SMALL).score_catalog(dataset.queries())
    twin, bare = scores[:, N_ITEMS], scores[:, N_ITEMS + 1]
    assert np.isnan(bare).all(), "nothing is known of it"
    expect_it, do_not = twin[wanted == 0], twin[wanted != 0]
    assert expect_it.min() > do_not.max()


def test_new_items_drawn_to_the_mean_are_told_apart_no_more() -> None:
    dataset, _ = walks(N_ITEMS + 1)
    vectors = np.concatenate([places(), places()[:1]])
    alike = TransformerScorer.fit(dataset, vectors, replace(SMALL, cold_shrinkage=1.0))
    scores = alike.score_catalog(dataset.queries())[:, N_ITEMS]
    np.testing.assert_allclose(scores, 0, atol=1e-4)


def test_without_vectors_a_new_item_has_no_score() -> None:
    dataset, _ = walks(N_ITEMS + 1)
    nothing = np.zeros((N_ITEMS + 1, 0), dtype=np.float32)
    scores = TransformerScorer.fit(dataset, nothing, SMALL).score_catalog(dataset.queries())
    assert np.isnan(scores[:, N_ITEMS]).all()
    assert np.isfinite(scores[:, :N_ITEMS]).all()


def test_a_known_item_without_a_vector_is_scored_by_the_net_on_ids() -> None:
    dataset, wanted = walks()
    vectors = places()
    vectors[0] = 0
    scorer = TransformerScorer.fit(dataset, vectors, SMALL)
    scores = scorer.score_catalog(dataset.queries())
    alone = replace(scorer, knowledge_share=0.0).score_catalog(dataset.queries())
    np.testing.assert_allclose(scores[:, 0], alone[:, 0], rtol=1e-4, atol=1e-5)
    assert scores[wanted == 0, 0].mean() > 1


def test_the_weight_of_knowledge_mixes_standardized_scores() -> None:
    queries = walks()[0].queries()
    ids, knowledge, even = (
        replace(fitted(), knowledge_share=share).score_catalog(queries) for share in (0, 1, 0.5)
    )
    np.testing.assert_allclose(even, (ids + knowledge) / 2, atol=1e-4)
    for scores in (ids, knowledge):
        np.testing.assert_allclose(scores.mean(axis=1), 0, atol=1e-4)
        np.testing.assert_allclose(scores.std(axis=1), 1, rtol=1e-3)


def test_a_long_history_is_read_from_its_newest_events() -> None:
    dataset, _ = walks()
    whole = dataset.queries(np.array([0], dtype=np.int32))
    short = fitted().score_catalog(whole)
    n_older = SMALL.max_length - LENGTH + 3
    older = np.arange(n_older, dtype=np.int32)
    longer = replace(
        whole,
        offsets=whole.offsets + np.array([0, n_older]),
        item_numbers=np.concatenate([older, whole.item_numbers]),
        weights=np.ones(LENGTH + n_older, dtype=np.float32),
        ratings=np.full(LENGTH + n_older, np.nan, dtype=np.float32),
        repeatable=np.zeros(LENGTH + n_older, dtype=np.bool_),
    )
    other = replace(longer, item_numbers=np.concatenate([older + 9, whole.item_numbers]))
    seen = SMALL.max_length - LENGTH  # of what is older, that many are read still
    other.item_numbers[n_older - seen : n_older] = older[n_older - seen :]
    np.testing.assert_array_equal(fitted().score_catalog(longer), fitted().score_catalog(other))
    assert not np.allclose(fitted().score_catalog(longer), short)


def test_checkpoints_are_gone_on_from_and_change_nothing(tmp_path: Path) -> None:
    dataset, _ = walks()
    kept = TransformerScorer.fit(dataset, places(), SMALL, checkpoints=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ids.npz", "knowledge.npz"]
    again = TransformerScorer.fit(dataset, places(), SMALL, checkpoints=tmp_path)
    for scorer in (kept, again):
        for name, array in fitted().to_arrays().items():
            np.testing.assert_array_equal(scorer.to_arrays()[name], array, err_msg=name)
    with pytest.raises(ArtifactMismatchError, match="another folder"):
        TransformerScorer.fit(dataset, places(), replace(SMALL, seed=1), checkpoints=tmp_path)


def test_vectors_of_another_catalog_are_refused() -> None:
    with pytest.raises(DataError, match="1 vectors for 24 items"):
        TransformerScorer.fit(walks()[0], places(1), SMALL)


def test_without_torch_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = fitted()
    monkeypatch.setattr("lorewise.models.neural_extra.is_torch_installed", lambda: False)
    with pytest.raises(MissingExtraError, match=r"pip install 'lorewise\[neural\]'"):
        TransformerScorer.fit(walks()[0], places(), SMALL)
    with pytest.raises(MissingExtraError, match=r"pip install 'lorewise\[neural\]'"):
        scorer.score_catalog(walks()[0].queries())


def test_its_settings_and_its_saved_arrays_are_read_without_torch() -> None:
    code = (
        "import sys; from lorewise.models.registry import model_class, settings_class;"
        "settings_class('transformer')(); model_class('transformer');"
        "print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
