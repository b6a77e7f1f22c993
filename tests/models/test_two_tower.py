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
from lorewise.data.queries import Queries
from lorewise.data.vocabulary import Vocabulary
from lorewise.errors import ArtifactMismatchError, DataError, MissingExtraError
from lorewise.models.two_tower import TwoTowerScorer
from lorewise.models.two_tower_settings import TwoTowerSettings

N_ITEMS, N_USERS, LENGTH = 24, 80, 7
SMALL = TwoTowerSettings(
    dim=16, half_life_events=0.5, learning_rate=0.01, max_epochs=6, n_negatives=32
)
NOTHING = np.zeros((N_ITEMS, 0), dtype=np.float32)


def walks(n_items: int = N_ITEMS) -> tuple[Dataset, np.ndarray]:
    """Return people who walk along a ring of items, and the item that each comes to next."""
    starts = np.random.default_rng(1).integers(0, N_ITEMS, N_USERS)
    steps = (starts[:, None] + np.arange(LENGTH + 1)) % N_ITEMS
    items = Vocabulary.of(f"i{number:02}" for number in range(n_items))
    users = Vocabulary.of(f"u{number:02}" for number in range(N_USERS))
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
def fitted() -> TwoTowerScorer:
    return TwoTowerScorer.fit(walks()[0], places(), SMALL)


def found_first(scorer: TwoTowerScorer) -> float:
    """Return the share of users whose next item has the best score of those not in the history."""
    dataset, wanted = walks()
    queries = dataset.queries()
    scores = scorer.score_catalog(queries)
    scores[queries.query_numbers, queries.item_numbers] = -np.inf
    return float(np.mean(np.nanargmax(scores, axis=1) == wanted))


def test_what_comes_next_is_found() -> None:
    assert found_first(fitted()) > 0.8
    assert 1 <= len(fitted().curve) <= SMALL.max_epochs


def test_a_new_item_is_found_by_its_vector_alone() -> None:
    dataset, wanted = walks(N_ITEMS + 2)
    vectors = np.concatenate([places(), places()[:1], np.zeros((1, 12), np.float32)])
    scores = TwoTowerScorer.fit(dataset, vectors, SMALL).score_catalog(dataset.queries())
    twin, bare = scores[:, N_ITEMS], scores[:, N_ITEMS + 1]
    assert np.isnan(bare).all(), "nothing is known of it"
    assert twin[wanted == 0].min() > np.quantile(twin[wanted != 0], 0.9)


def test_without_vectors_only_items_with_events_have_scores() -> None:
    dataset, _ = walks(N_ITEMS + 1)
    nothing = np.zeros((N_ITEMS + 1, 0), dtype=np.float32)
    scores = TwoTowerScorer.fit(dataset, nothing, SMALL).score_catalog(dataset.queries())
    assert np.isnan(scores[:, N_ITEMS]).all()
    assert np.isfinite(scores[:, :N_ITEMS]).all()


def test_scores_are_inner_products_that_any_index_can_search() -> None:
    queries = walks()[0].queries()
    users, items = fitted().user_vectors(queries), fitted().item_vectors()
    assert users.dtype == items.dtype == np.float32
    assert users.shape == (N_USERS, SMALL.dim)
    assert items.shape == (N_ITEMS, SMALL.dim)
    np.testing.assert_allclose(users @ items.T, fitted().score_catalog(queries), rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(items, axis=1), 1, rtol=1e-5)
    items[:] = 0
    assert fitted().item_vectors().any(), "the caller's copy"


def test_who_did_nothing_is_everybodys_mean() -> None:
    nobody = Queries.of([np.zeros(0, dtype=np.int32)])
    vector = fitted().user_vectors(nobody)[0]
    np.testing.assert_array_equal(vector, fitted().tastes.mean)
    everybody = walks()[0].queries()
    unasked = TwoTowerScorer.fit(walks()[0], places(), replace(SMALL, validation_users=0))
    people = unasked.user_vectors(everybody).mean(axis=0)
    np.testing.assert_allclose(unasked.user_vectors(nobody)[0], people, atol=1e-5)


def test_checkpoints_are_gone_on_from_and_change_nothing(tmp_path: Path) -> None:
    dataset, _ = walks()
    kept = TwoTowerScorer.fit(dataset, places(), SMALL, checkpoints=tmp_path)
    again = TwoTowerScorer.fit(dataset, places(), SMALL, checkpoints=tmp_path)
    for scorer in (kept, again):
        for name, array in fitted().to_arrays().items():
            np.testing.assert_array_equal(scorer.to_arrays()[name], array, err_msg=name)
    with pytest.raises(ArtifactMismatchError, match="another folder"):
        TwoTowerScorer.fit(dataset, places(), replace(SMALL, seed=1), checkpoints=tmp_path)


def test_vectors_of_another_catalog_are_refused() -> None:
    with pytest.raises(DataError, match="1 vectors for 24 items"):
        TwoTowerScorer.fit(walks()[0], places(1), SMALL)


def test_only_training_needs_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = fitted()
    monkeypatch.setattr("lorewise.models.neural_extra.is_torch_installed", lambda: False)
    assert np.isfinite(scorer.score_catalog(walks()[0].queries())).all()
    with pytest.raises(MissingExtraError, match="'two_tower' needs"):
        TwoTowerScorer.fit(walks()[0], places(), SMALL)


def test_a_saved_one_is_read_and_asked_without_torch(tmp_path: Path) -> None:
    np.savez(tmp_path / "saved.npz", allow_pickle=False, **fitted().to_arrays())
    code = (
        "import sys; import numpy as np; from lorewise.data.queries import Queries;"
        "from lorewise.models.registry import model_class;"
        "saved = dict(np.load(sys.argv[1]));"
        "scorer = model_class('two_tower').from_arrays(saved);"
        "scorer.score_catalog(Queries.of([np.array([1, 2], dtype=np.int32)]));"
        "print('torch' in sys.modules)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "saved.npz")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
