"""What can be chosen about every net: how long it learns, and what it reads of the items."""

from dataclasses import dataclass

from lorewise.models.ranges import check_above, check_count, check_range

ALMOST_ALL = 0.9
"""A net that forgets more than that at every step learns nothing."""

MOST_STRENGTH = 1e9


@dataclass(frozen=True, kw_only=True)
class NeuralSettings:
    """Settings that all models with nets share; each model has defaults of its own."""

    learning_rate: float = 1e-3
    """Of AdamW; above 0."""

    is_falling: bool = False
    """Whether the learning rate rises within the first epoch, then falls along a cosine, to nearly
    nothing in the last one allowed."""

    weight_decay: float = 0.01
    """Of AdamW; at least 0."""

    max_epochs: int = 100
    """Passes over the data; at least 1."""

    patience: int = 5
    """Epochs without a better validation after which training ends; at least 1."""

    validation_users: int = 2_000
    """Users whose last event is kept out of training, to choose by; at least 0. With nobody to ask,
    the training loss chooses."""

    propensity: float = 0.0
    """Events of an item count its number of events to minus this in training; 0 to 1. 0: all
    alike; more serves the tail, at a price."""

    knowledge_dims: int = 128
    """Principal axes of the item vectors that are read; at least 1."""

    whitening: float = 0.5
    """How far these axes are evened out: 0 not at all, .5 fully."""

    seed: int = 0
    """Of chance; at least 0."""

    def __post_init__(self) -> None:
        for name in ("max_epochs", "patience", "knowledge_dims"):
            check_count(self, name, 1)
        for name in ("validation_users", "seed"):
            check_count(self, name, 0)
        check_range(self, "whitening", 0, 0.5)
        check_range(self, "propensity", 0, 1)
        check_range(self, "weight_decay", 0, MOST_STRENGTH)
        check_above(self, "learning_rate", 0)
