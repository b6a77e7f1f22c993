"""What can be chosen about propagation."""

from dataclasses import dataclass

from lorewise.models.ranges import check_above, check_count, check_range

MOST_STRENGTH = 1e9

NET = "net"
"""Name of the layers among the weights."""


@dataclass(frozen=True, kw_only=True)
class PropagationSettings:
    """Settings of ``propagation``."""

    dim: int = 64
    """Length of the vectors of items and users; at least 1."""

    temperature: float = 0.2
    """Divides the cosine of a user and an item in training; above 0."""

    n_negatives: int = 256
    """Items that each batch tells its likes from, drawn alike; at least 1."""

    batch_likes: int = 4_096
    """Likes between two steps of training; at least 1. Small data take fewer, for the sake of
    some steps in every epoch."""

    half_life_events: float = 20.0
    """Newer likes after which an event of a query counts half, above 0; inf: all alike, as in
    training."""

    learning_rate: float = 3e-3
    """Of AdamW; above 0."""

    weight_decay: float = 0.01
    """Of AdamW; at least 0."""

    max_epochs: int = 100
    """Passes over the data; at least 1."""

    patience: int = 5
    """Epochs without a better validation after which training ends; at least 1."""

    validation_users: int = 2_000
    """Users whose last event is kept out of training, to choose by; at least 0. With nobody to ask,
    the training loss chooses."""

    knowledge_dims: int = 256
    """Principal axes of the item vectors that are read; at least 1."""

    whitening: float = 0.0
    """How far these axes are evened out: 0 not at all, .5 fully."""

    dislike_strength: float = 0.02
    """What a dislike takes from a score, as a share of what a like of that item alone would give;
    above 0."""

    seed: int = 0
    """Of chance; at least 0."""

    def __post_init__(self) -> None:
        for name in ("dim", "n_negatives", "batch_likes", "max_epochs"):
            check_count(self, name, 1)
        for name in ("patience", "knowledge_dims"):
            check_count(self, name, 1)
        for name in ("validation_users", "seed"):
            check_count(self, name, 0)
        check_range(self, "whitening", 0, 0.5)
        check_range(self, "weight_decay", 0, MOST_STRENGTH)
        for name in ("half_life_events", "temperature", "learning_rate", "dislike_strength"):
            check_above(self, name, 0)
