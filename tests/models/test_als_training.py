from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.errors import SettingsError
from lorewise.models import als_training
from lorewise.models.als_reader import FactorReader
from lorewise.models.als_settings import AlsSettings
from lorewise.models.als_training import AlsTraining, Factors, Meetings, Pull
from lorewise.testing.strategies import datasets
from lorewise.testing.tiny import tiny_world

Matrix = NDArray[np.float64]
CHOSEN = AlsSettings(n_components=6, unobserved_weight=0.3, regularization=0.4, nu=0.5, prior=2)


def training_of(dataset: Dataset, chosen: AlsSettings) -> AlsTraining:
    users, user_rows = np.unique(dataset.user_numbers, return_inverse=True)
    items, item_rows = np.unique(dataset.item_numbers, return_inverse=True)
    sizes = np.abs(dataset.weights)
    vectors = np.random.default_rng(1).normal(size=(len(items), 3)).astype(np.float32)
    return AlsTraining(
        Meetings.likes(user_rows, item_rows, sizes, len(users)),
        Meetings.likes(item_rows, user_rows, sizes, len(items)),
        FactorReader.of(vectors, ridge=chosen.cold_ridge),
        chosen,
    )


def weights_and_likes(training: AlsTraining) -> tuple[Matrix, Matrix]:
    """Write out the weight of every pair, and weight times target."""
    likes = np.zeros((training.n_users, training.n_items))
    rows = np.repeat(np.arange(training.n_users), np.diff(training.by_user.offsets))
    np.add.at(likes, (rows, training.by_user.others), training.by_user.sizes)
    return likes + training.settings.unobserved_weight, likes


def pulls_of(training: AlsTraining) -> tuple[Matrix, Matrix]:
    _, likes = weights_and_likes(training)
    chosen = training.settings
    by_user = likes.sum(axis=1) + chosen.unobserved_weight * training.n_items
    by_item = likes.sum(axis=0) + chosen.unobserved_weight * training.n_users
    return chosen.regularization * by_user**chosen.nu, chosen.regularization * by_item**chosen.nu


def solved(weights: Matrix, likes: Matrix, others: Matrix, pulls: Matrix, drawn: Matrix) -> Matrix:
    """Solve each row on its own, every pair written out."""
    rows = np.zeros((len(weights), others.shape[1]))
    for r in range(len(rows)):
        system = (others.T * weights[r]) @ others + pulls[r] * np.eye(others.shape[1])
        rows[r] = np.linalg.solve(system, others.T @ likes[r] + drawn[r])
    return rows


def epoch_by_hand(training: AlsTraining, items: Matrix) -> tuple[Matrix, Matrix]:
    weights, likes = weights_and_likes(training)
    user_pulls, item_pulls = pulls_of(training)
    users = solved(weights, likes, items, user_pulls, np.zeros((len(weights), items.shape[1])))
    known, prior = training.reader.known.astype(np.float64), training.settings.prior
    system = known.T @ known + training.settings.cold_ridge * np.eye(known.shape[1])
    expected = known @ np.linalg.solve(system, known.T @ items)
    return users, solved(weights.T, likes.T, users, item_pulls + prior, prior * expected)


def loss(training: AlsTraining, factors: Factors) -> float:
    """Return what training minimizes, every pair written out, at the best reading of vectors."""
    _, likes = weights_and_likes(training)
    user_pulls, item_pulls = pulls_of(training)
    users, items = factors.users.astype(np.float64), factors.items.astype(np.float64)
    scores = users @ items.T
    reading = training.reader.weights(factors.items).astype(np.float64)
    unexplained = items - training.reader.known @ reading
    chosen = training.settings
    return float(
        (likes * (1 - scores) ** 2).sum()
        + chosen.unobserved_weight * (scores**2).sum()
        + (user_pulls[:, None] * users**2).sum()
        + (item_pulls[:, None] * items**2).sum()
        + chosen.prior * ((unexplained**2).sum() + chosen.cold_ridge * (reading**2).sum())
    )


@settings(max_examples=25)
@given(datasets(min_interactions=1), st.sampled_from([0, 2]), st.sampled_from([0, 0.5, 1]))
def test_an_epoch_is_exact_alternating_least_squares(
    dataset: Dataset, prior: float, nu: float
) -> None:
    training = training_of(dataset, replace(CHOSEN, prior=prior, nu=nu))
    start = training.start()
    users, items = epoch_by_hand(training, start.items.astype(np.float64))
    found = training.epoch(start)
    np.testing.assert_allclose(found.users, users, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(found.items, items, rtol=1e-3, atol=1e-4)


@settings(max_examples=25)
@given(datasets(min_interactions=1), st.sampled_from([1, 2, 64]), st.sampled_from([0, 2]))
def test_the_loss_falls_with_every_epoch(dataset: Dataset, block_size: int, prior: float) -> None:
    training = training_of(dataset, replace(CHOSEN, prior=prior, block_size=block_size))
    factors = training.epoch(training.start())
    before = loss(training, factors)
    for _ in range(4):
        factors = training.epoch(factors)
        after = loss(training, factors)
        assert after <= before * (1 + 1e-5)
        before = after


def test_blocks_reach_the_loss_of_the_exact_solver() -> None:
    chosen = AlsSettings(n_components=12, block_size=12, n_epochs=80)
    exact = training_of(tiny_world().dataset, chosen)
    in_blocks = training_of(tiny_world().dataset, replace(chosen, block_size=5))
    reached = loss(exact, exact.trained())
    assert loss(in_blocks, in_blocks.trained()) == pytest.approx(reached, rel=1e-3)
    assert reached < 0.99 * loss(exact, exact.epoch(exact.start()))


def test_training_starts_from_the_singular_vectors() -> None:
    training = training_of(tiny_world().dataset, CHOSEN)
    _, likes = weights_and_likes(training)
    _, values, right = np.linalg.svd(likes)
    items = training.start().items.astype(np.float64)
    # Q Q' has the strongest directions, each with its singular value
    expected = (right[:6].T * values[:6]) @ right[:6]
    np.testing.assert_allclose(items @ items.T, expected, atol=1e-5)


@pytest.mark.parametrize("n_users", [8, 100])
def test_many_rows_and_columns_start_as_few_do(
    n_users: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = tiny_world().dataset
    training = training_of(dataset.only(dataset.user_numbers < n_users), CHOSEN)
    few = training.start().items
    monkeypatch.setattr(als_training, "DENSE_UP_TO", 1)
    many = training.start().items
    np.testing.assert_allclose(many @ many.T, few @ few.T, atol=1e-5)


def test_a_pull_lost_in_rounding_is_told() -> None:
    direction = np.random.default_rng(0).normal(size=20).astype(np.float32)
    gram = np.float32(1e6) * np.outer(direction, direction)
    likes = Meetings.likes(np.array([0]), np.array([0]), np.ones(1, dtype=np.float32), 1)
    others = np.ones((1, 20), dtype=np.float32)

    def solve(pull: float) -> None:
        likes.solved(others, gram, Pull.to_zero(np.full(1, pull, dtype=np.float32), 20))

    with pytest.raises(SettingsError, match=r"is 0\.001, too little .* as large") as told:
        solve(0.001)
    times = float(str(told.value).split("regularization ")[1].split()[0])
    solve(0.001 * times)
