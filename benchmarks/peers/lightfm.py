"""The package lightfm-next: matrix factorization under the loss WARP, by ids alone."""

from peers.asking import Model, Recommend, answer, n_threads
from peers.exchange import Events
from peers.ranking import recommend_by, user_items
from peers.space import Between, OneOf, Settings


def fit(events: Events, settings: Settings, seed: int) -> Recommend:
    """Train for so many epochs."""
    from lightfm import LightFM

    met = user_items(events)
    wanted = dict(settings)
    n_epochs = wanted.pop("epochs")
    model = LightFM(loss="warp", random_state=seed, **wanted)
    model.fit(met, epochs=n_epochs, num_threads=n_threads())
    _, users_of = model.get_user_representations()  # a user's bias orders nothing
    biases, items_of = model.get_item_representations()
    return recommend_by(lambda users: users_of[users] @ items_of.T + biases, met)


MODELS = {
    "warp": Model(
        fit=fit,
        space={
            "no_components": OneOf((16, 32, 64, 128)),
            "learning_rate": Between(5e-3, 0.2),
            "item_alpha": Between(1e-8, 1e-3),
            "user_alpha": Between(1e-8, 1e-3),
            "max_sampled": OneOf((5, 10, 30, 100)),
            "epochs": OneOf((10, 20, 40, 80)),
        },
        start={"no_components": 32, "epochs": 20},
    )
}

if __name__ == "__main__":
    answer("lightfm-next", MODELS)
