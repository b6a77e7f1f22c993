"""Models of the package irspack: iALS, RP3beta and SLIM."""

from collections.abc import Callable

from peers.asking import Model, Recommend, answer, n_threads
from peers.exchange import Events
from peers.ranking import recommend_by, user_items
from peers.space import Between, OneOf, Settings, WholeBetween


def fit_by(name: str, *, takes_seed: bool) -> Callable[[Events, Settings, int], Recommend]:
    """Return a fit of the package's class of this name."""

    def fit(events: Events, settings: Settings, seed: int) -> Recommend:
        import irspack

        met = user_items(events)
        chance = {"random_seed": seed} if takes_seed else {}
        made = getattr(irspack, name)(met, n_threads=n_threads(), **chance, **settings)
        model = made.learn()
        return recommend_by(model.get_score, met)

    return fit


MODELS = {
    "ials": Model(
        fit=fit_by("IALSRecommender", takes_seed=True),
        space={
            "n_components": WholeBetween(16, 300),
            "alpha0": Between(3e-3, 1),
            "reg": Between(1e-4, 0.1),
            "train_epochs": OneOf((8, 16, 32)),
        },
        start={"n_components": 64, "alpha0": 0.1},  # its own alpha0 ignores what did not happen
    ),
    "rp3beta": Model(
        fit=fit_by("RP3betaRecommender", takes_seed=False),
        space={
            "top_k": WholeBetween(10, 1_000),
            "alpha": Between(0.3, 2),
            "beta": Between(1e-3, 1),
            "normalize_weight": OneOf((True, False)),
        },
        is_random=False,
    ),
    "slim": Model(
        fit=fit_by("SLIMRecommender", takes_seed=False),
        space={"alpha": Between(1e-5, 1), "l1_ratio": Between(1e-3, 1)},
        is_random=False,
    ),
}

if __name__ == "__main__":
    answer("irspack", MODELS)
