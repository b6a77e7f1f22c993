import numpy as np
import pytest
from peers.ease import MODELS, item_weights
from scipy import sparse
from split_folder import split_of

from lorewise.testing.tiny import tiny_world


def test_with_two_items_a_weight_is_a_ridge_regression_on_the_other() -> None:
    # Two users met item 0, one of them item 1 as well: 1 / (2 + 0.5) from 0 to 1, 1 / 1.5 back.
    met = sparse.csr_matrix(np.array([[1, 1], [1, 0]], dtype=np.float32))
    assert item_weights(met, 0.5) == pytest.approx(np.array([[0, 1 / 2.5], [1 / 1.5, 0]]))


def test_people_are_shown_items_of_their_own_cluster_first() -> None:
    world = tiny_world()
    likes = world.dataset.only(world.dataset.weights > 0)
    split = split_of(likes, "tiny")
    recommend = MODELS["ease"].fit(split.train, {"ridge": 2.0}, 1)
    users = split.validation.users
    first = recommend(users)[:, 0]
    is_own = world.item_clusters[first] == world.user_clusters[users]
    assert is_own.mean() > 0.8
