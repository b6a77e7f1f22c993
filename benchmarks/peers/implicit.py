"""Models of the package implicit: ALS, BPR and item-item neighbors under BM25."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peers.asking import Model, Recommend, answer, n_threads
from peers.exchange import LIST_LENGTH, Events, Lists
from peers.ranking import user_items
from peers.space import Between, OneOf, Settings, WholeBetween

LEAST = -1e30
"""Scores up to here stand for items that were left out."""


def fit_by(
    made: Callable[[Settings, int], Any], least: float = LEAST
) -> Callable[[Events, Settings, int], Recommend]:
    """Return a fit of what is made of settings and a seed; its scores are above ``least``."""

    def fit(events: Events, settings: Settings, seed: int) -> Recommend:
        met = user_items(events)
        model = made(settings | {"num_threads": n_threads()}, seed)
        model.fit(met, show_progress=False)

        def recommend(users: NDArray[np.int32]) -> Lists:
            n_listed = min(LIST_LENGTH, events.n_items)
            items, scores = model.recommend(
                users, met[users], N=n_listed, filter_already_liked_items=True
            )
            lists = np.full((len(users), LIST_LENGTH), -1, dtype=np.int32)
            lists[:, : items.shape[1]] = np.where(scores > least, items, -1)
            return lists

        return recommend

    return fit


def _als(settings: Settings, seed: int) -> Any:  # noqa: ANN401  the package's
    from implicit.als import AlternatingLeastSquares

    return AlternatingLeastSquares(**settings, random_state=seed)


def _bpr(settings: Settings, seed: int) -> Any:  # noqa: ANN401  the package's
    from implicit.bpr import BayesianPersonalizedRanking

    return BayesianPersonalizedRanking(**settings, random_state=seed)


def _bm25(settings: Settings, _seed: int) -> Any:  # noqa: ANN401  the package's
    from implicit.nearest_neighbours import BM25Recommender

    return BM25Recommender(**settings)


MODELS = {
    "als": Model(
        fit=fit_by(_als),
        space={
            "factors": OneOf((32, 64, 128, 256)),
            "regularization": Between(1e-3, 10),
            "alpha": Between(0.3, 50),
            "iterations": OneOf((10, 15, 30)),
        },
    ),
    "bpr": Model(
        fit=fit_by(_bpr),
        space={
            "factors": OneOf((32, 64, 128, 256)),
            "learning_rate": Between(3e-3, 0.2),
            "regularization": Between(1e-4, 0.1),
            "iterations": OneOf((50, 100, 200, 400)),
        },
    ),
    "bm25": Model(
        fit=fit_by(_bm25, least=0),  # it fills short lists with what the user met, scored 0
        space={
            "K": WholeBetween(10, 1_000),
            "K1": Between(0.1, 100),
            "B": Between(0, 1, is_even=True),
        },
        is_random=False,
    ),
}

if __name__ == "__main__":
    answer("implicit", MODELS)
