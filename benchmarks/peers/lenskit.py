"""Models of the package LensKit: item-based neighbors and implicit matrix factorization."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peers.asking import Model, Recommend, answer
from peers.exchange import LIST_LENGTH, Events, Lists
from peers.space import Between, OneOf, Settings, WholeBetween


def fit_by(made: Callable[[Settings], Any]) -> Callable[[Events, Settings, int], Recommend]:
    """Return a fit of the pipeline around what is made of settings."""

    def fit(events: Events, settings: Settings, seed: int) -> Recommend:
        import pandas as pd
        from lenskit import batch
        from lenskit.data import from_interactions_df
        from lenskit.pipeline import topn_pipeline
        from lenskit.training import TrainingOptions

        pairs = pd.DataFrame({"user_id": events.users, "item_id": events.items})
        pipeline = topn_pipeline(made(settings), n=LIST_LENGTH)
        pipeline.train(from_interactions_df(pairs.drop_duplicates()), TrainingOptions(rng=seed))

        def recommend(users: NDArray[np.int32]) -> Lists:
            found = batch.recommend(pipeline, users.tolist(), n=LIST_LENGTH, n_jobs=1)
            lists = np.full((len(users), LIST_LENGTH), -1, dtype=np.int32)
            places = {int(user): row for row, user in enumerate(users)}
            for key, items in found:
                numbers = items.ids()
                lists[places[int(key.user_id)], : len(numbers)] = numbers
            return lists

        return recommend

    return fit


def _neighbors(settings: Settings) -> Any:  # noqa: ANN401  the package's
    from lenskit.knn import ItemKNNScorer

    return ItemKNNScorer(feedback="implicit", **settings)


def _factors(settings: Settings) -> Any:  # noqa: ANN401  the package's
    from lenskit.als import ImplicitMFScorer

    return ImplicitMFScorer(**settings)


MODELS = {
    "item-knn": Model(
        fit=fit_by(_neighbors),
        space={
            "max_nbrs": WholeBetween(5, 500),
            "save_nbrs": OneOf((100, 500, 2_000)),
            "min_sim": Between(1e-6, 0.1),
        },
        is_random=False,
    ),
    "implicit-mf": Model(
        fit=fit_by(_factors),
        space={
            "embedding_size": OneOf((32, 64, 128)),
            "regularization": Between(1e-3, 10),
            "weight": Between(1, 100),
            "epochs": OneOf((10, 15, 30)),
        },
    ),
}

if __name__ == "__main__":
    answer("lenskit", MODELS)
