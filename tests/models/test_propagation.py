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
from lorewise.models.content import ContentScorer, ContentSettings
from lorewise.models.propagation import PropagationScorer
from lorewise.models.propagation_settings import PropagationSettings
from lorewise.stages import Scorer

N_GROUPS, N_WARM, N_COLD, N_USERS, LENGTH = 4, 200, 40, 400, 12
N_ITEMS = N_WARM + N_COLD
SMALL = PropagationSettings(
    dim=16, temperature=0.2, whitening=0.5, learning_rate=0.01, max_epochs=3, n_negatives=100
)
GROUPS = np.arange(N_ITEMS) % N_GROUPS
COLD = np.arange(N_WARM, N_ITEMS)


def world() -> Dataset:
    """Return people who like items of one group each; the last items nobody met."""
    rng = np.random.default_rng(0)
    own = [rng.choice(N_WARM // N_GROUPS, LENGTH, replace=False) for _ in range(N_USERS)]
    chosen = np.stack(own) * N_GROUPS + np.arange(N_USERS)[:, None] % N_GROUPS
    items = Vocabulary.of(f"i{number:03}" for number in range(N_ITEMS))
    users = Vocabulary.of(f"u{number:03}" for number in range(N_USERS))
    n_events = N_USERS * LENGTH
    return Dataset(
        users=users,
        items=items,
        user_numbers=np.repeat(np.arange(N_USERS), LENGTH).astype(np.int32),
        item_numbers=chosen.astype(np.int32).ravel(),
        weights=np.ones(n_events, dtype=np.float32),
        ratings=np.full(n_events, np.nan, dtype=np.float32),
        timestamps_s=np.tile(np.arange(LENGTH), N_USERS),
        repeatable=np.zeros(n_events, dtype=np.bool_),
        item_table=pl.DataFrame({"item_id": items.ids}),
        user_table=pl.DataFrame({"user_id": users.ids}),
    )


def vectors() -> Embeddings:
    """Return vectors in which a faint part tells the group, and a loud one nothing."""
    rng = np.random.default_rng(2)
    loud = 2 * rng.standard_normal((N_ITEMS, 4))
    return unit_rows(np.concatenate([loud, np.eye(N_GROUPS)[GROUPS]], axis=1).astype(np.float32))


@cache
def fitted() -> PropagationScorer:
    return PropagationScorer.fit(world(), vectors(), SMALL)


def of_own_group(scorer: Scorer, among: np.ndarray, k: int) -> float:
    """Return the share of the first ``k`` of these items that are of the user's group."""
    scores = scorer.score_catalog(world().queries())[:, among]
    best = among[np.argsort(-scores, axis=1)[:, :k]]
    return float(np.mean(GROUPS[best] == np.arange(N_USERS)[:, None] % N_GROUPS))


def test_new_items_are_told_apart_by_what_of_the_knowledge_matters() -> None:
    content = ContentScorer.fit(world(), vectors(), ContentSettings())
    assert of_own_group(content, COLD, 5) < 0.65
    assert of_own_group(fitted(), COLD, 5) > 0.9
    assert len(fitted().curve) == SMALL.max_epochs


def test_an_item_without_a_vector_lives_by_its_neighbors() -> None:
    some = vectors()
    some[[0, N_WARM]] = 0
    scorer = PropagationScorer.fit(world(), some, SMALL)
    scores = scorer.score_catalog(world().queries())
    own = np.arange(N_USERS) % N_GROUPS == 0
    assert scores[own, 0].min() > np.quantile(scores[~own, 0], 0.9)
    assert np.isnan(scores[:, N_WARM]).all(), "nothing is known of it"


def test_without_vectors_nothing_is_known() -> None:
    nothing = np.zeros((N_ITEMS, 0), dtype=np.float32)
    scores = PropagationScorer.fit(world(), nothing, SMALL).score_catalog(world().queries())
    assert np.isnan(scores).all()


def test_scores_are_inner_products_that_any_index_can_search() -> None:
    queries = world().queries()
    users, items = fitted().user_vectors(queries), fitted().item_vectors()
    assert users.dtype == items.dtype == np.float32
    np.testing.assert_allclose(users @ items.T, fitted().score_catalog(queries), rtol=1e-5)
    items[:] = 0
    assert fitted().item_vectors().any(), "the caller's copy"


def test_a_dislike_takes_from_the_same_group() -> None:
    liked, disliked = np.array([1, 5], dtype=np.int32), np.array([9], dtype=np.int32)
    plain = Queries.of([liked])
    signs = np.array([1, 1, -1], dtype=np.float32)
    turned = Queries.of([np.concatenate([liked, disliked])], weights=[signs])
    loss = (fitted().score_catalog(plain) - fitted().score_catalog(turned))[0]
    assert loss[disliked] > 0
    assert loss[GROUPS == 1].mean() > 0 > loss[GROUPS != 1].mean()


def test_checkpoints_are_gone_on_from_and_change_nothing(tmp_path: Path) -> None:
    kept = PropagationScorer.fit(world(), vectors(), SMALL, checkpoints=tmp_path)
    again = PropagationScorer.fit(world(), vectors(), SMALL, checkpoints=tmp_path)
    for scorer in (kept, again):
        for name, array in fitted().to_arrays().items():
            np.testing.assert_array_equal(scorer.to_arrays()[name], array, err_msg=name)
    with pytest.raises(ArtifactMismatchError, match="another folder"):
        PropagationScorer.fit(world(), vectors(), replace(SMALL, seed=1), checkpoints=tmp_path)


def test_vectors_of_another_catalog_are_refused() -> None:
    with pytest.raises(DataError, match="1 vectors for 240 items"):
        PropagationScorer.fit(world(), vectors()[:1], SMALL)


def test_only_training_needs_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = fitted()
    monkeypatch.setattr("lorewise.models.neural_extra.is_torch_installed", lambda: False)
    assert np.isfinite(scorer.score_catalog(world().queries())).all()
    with pytest.raises(MissingExtraError, match="'propagation' needs"):
        PropagationScorer.fit(world(), vectors(), SMALL)
