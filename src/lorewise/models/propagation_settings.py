"""What can be chosen about propagation."""

from dataclasses import dataclass

from lorewise.models.neural_settings import NeuralSettings
from lorewise.models.ranges import check_above, check_count

NET = "net"
"""Name of the layers among the weights."""


@dataclass(frozen=True, kw_only=True)
class PropagationSettings(NeuralSettings):
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

    dislike_strength: float = 0.02
    """What a dislike takes from a score, as a share of what a like of that item alone would give;
    above 0."""

    learning_rate: float = 3e-3
    knowledge_dims: int = 256
    whitening: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("dim", "n_negatives", "batch_likes"):
            check_count(self, name, 1)
        for name in ("half_life_events", "temperature", "dislike_strength"):
            check_above(self, name, 0)
