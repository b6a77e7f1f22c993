"""EASE, the closed-form linear model of items by items, in plain numpy.

Source: Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019, equation 8.
"""

import numpy as np

from peers.asking import Model, Recommend, answer
from peers.exchange import Events
from peers.ranking import recommend_by, user_items
from peers.space import Between, Settings


def fit(events: Events, settings: Settings, _seed: int) -> Recommend:
    """Solve for the weights that rebuild each item from the others."""
    met = user_items(events)
    gram = np.asarray((met.T @ met).todense(), dtype=np.float32)
    gram[np.diag_indices_from(gram)] += settings["ridge"]
    inverse = np.linalg.inv(gram)
    del gram
    inverse /= -np.diag(inverse)
    np.fill_diagonal(inverse, 0)
    return recommend_by(lambda users: met[users] @ inverse, met)


MODELS = {
    "ease": Model(
        fit=fit, space={"ridge": Between(1, 5_000)}, start={"ridge": 250.0}, is_random=False
    )
}

if __name__ == "__main__":
    answer("numpy", MODELS)
