"""Transformers of the package RecTools: SASRec and eSASRec.

Source: eSASRec is SASRec with the layers of LiGR and a sampled softmax (Tikhonovich et al., RecSys
2025); the space is the grid of that paper's repository, the epochs being a setting like others.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peers.asking import Model, Recommend, answer, n_threads
from peers.exchange import LIST_LENGTH, Events, Lists
from peers.space import Between, OneOf, Settings, Space


def fit_by(made: Callable[[Settings], Any]) -> Callable[[Events, Settings, int], Recommend]:
    """Return a fit of the transformer that is made of settings."""

    def fit(events: Events, settings: Settings, seed: int) -> Recommend:
        import pandas as pd
        import torch
        from pytorch_lightning import seed_everything
        from rectools import Columns
        from rectools.dataset import Dataset

        torch.set_num_threads(n_threads())
        seed_everything(seed)
        columns = {
            Columns.User: events.users,
            Columns.Item: events.items,
            Columns.Weight: 1.0,
            # Rows are in order; the package's sort by time would not keep ties as they are.
            Columns.Datetime: pd.to_datetime(np.arange(len(events)), unit="s"),
        }
        dataset = Dataset.construct(pd.DataFrame(columns))
        model = made(settings)
        model.fit(dataset)

        def recommend(users: NDArray[np.int32]) -> Lists:
            found = model.recommend(
                users, dataset, k=LIST_LENGTH, filter_viewed=True, on_unsupported_targets="ignore"
            )
            rows = np.searchsorted(users, found[Columns.User].to_numpy())
            lists = np.full((len(users), LIST_LENGTH), -1, dtype=np.int32)
            lists[rows, found[Columns.Rank].to_numpy() - 1] = found[Columns.Item].to_numpy()
            return lists

        return recommend

    return fit


def _sasrec(settings: Settings) -> Any:  # noqa: ANN401  the package's
    from rectools.models import SASRecModel

    return SASRecModel(loss="softmax", **settings)


def _esasrec(settings: Settings) -> Any:  # noqa: ANN401  the package's
    from rectools.models import SASRecModel
    from rectools.models.nn.transformers.ligr import LiGRLayers

    wanted = dict(settings)
    multiplier = wanted.pop("ff_factors_multiplier")
    return SASRecModel(
        loss="sampled_softmax",
        transformer_layers_type=LiGRLayers,
        transformer_layers_kwargs={"ff_factors_multiplier": multiplier},
        **wanted,
    )


SPACE: Space = {
    "n_factors": OneOf((50, 64, 128)),
    "n_blocks": OneOf((1, 2)),
    "n_heads": OneOf((1, 2)),
    "dropout_rate": OneOf((0.1, 0.2, 0.3, 0.5)),
    "session_max_len": OneOf((50, 100, 200)),
    "lr": Between(5e-4, 3e-3),
    "epochs": OneOf((10, 20, 40, 80)),
}
START: Settings = {
    "n_factors": 64,
    "n_blocks": 1,
    "n_heads": 1,
    "dropout_rate": 0.2,
    "session_max_len": 50,
    "epochs": 20,
}

MODELS = {
    "sasrec": Model(fit=fit_by(_sasrec), space=SPACE, start=START),
    "esasrec": Model(
        fit=fit_by(_esasrec),
        space={
            **SPACE,
            "n_negatives": OneOf((128, 256)),
            "ff_factors_multiplier": OneOf((1, 2, 4)),
        },
        start=START | {"n_negatives": 256, "ff_factors_multiplier": 4},
    ),
}

if __name__ == "__main__":
    answer("rectools", MODELS)
