"""EASE, the closed-form linear model of items by items, in plain numpy.

Source: Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019, equation 8.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from peers.asking import Model, Recommend, answer
from peers.exchange import Events
from peers.ranking import recommend_by, user_items
from peers.space import Between, Settings


def fit(events: Events, settings: Settings, _seed: int) -> Recommend:
    """Solve for the weights that rebuild each item from the others."""
    met = user_items(events)
    weights = item_weights(met, settings["ridge"])
    return recommend_by(lambda users: met[users] @ weights, met)


def item_weights(met: sparse.csr_matrix, ridge: float) -> NDArray[np.float32]:
    """Return what having met an item (row) says for another (column); 0 for itself."""
    gram = np.asarray((met.T @ met).todense(), dtype=np.float32)
    gram[np.diag_indices_from(gram)] += ridge
    weights: NDArray[np.float32] = np.linalg.inv(gram)
    weights /= -np.diag(weights)
    np.fill_diagonal(weights, 0)
    return weights


MODELS = {
    "ease": Model(
        fit=fit, space={"ridge": Between(1, 5_000)}, start={"ridge": 250.0}, is_random=False
    )
}

if __name__ == "__main__":
    answer("numpy", MODELS)
