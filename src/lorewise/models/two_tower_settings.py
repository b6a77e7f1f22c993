"""What can be chosen about the two towers."""

from dataclasses import dataclass

from lorewise.models.neural_settings import ALMOST_ALL, NeuralSettings
from lorewise.models.ranges import check_above, check_count, check_range


@dataclass(frozen=True, kw_only=True)
class TwoTowerSettings(NeuralSettings):
    """Settings of ``two_tower``."""

    dim: int = 64
    """Length of the vectors of items and users; at least 1."""

    half_life_events: float = 2.0
    """Newer likes after which an event of a history counts half; above 0, or infinity."""

    max_length: int = 50
    """Newest likes that are read in training before each; at least 1."""

    id_dropout: float = 0.3
    """Share of the items whose id is forgotten at each step of training, so that their vector
    must do; 0 to .9."""

    dropout: float = 0.2
    """Share of numbers that are forgotten at each step of training; 0 to .9."""

    temperature: float = 0.1
    """Divides the cosine of a user and an item; above 0."""

    n_negatives: int = 256
    """Items drawn alike for each batch, beside the batch's own; at least 1."""

    batch_likes: int = 512
    """Likes between two steps of training; at least 1. Small data take fewer, for the sake of
    some steps in every epoch."""

    dislike_strength: float = 0.02
    """What a dislike takes from a score, as a share of what a like of that item alone would give;
    above 0."""

    learning_rate: float = 2e-3

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("dim", "max_length", "n_negatives", "batch_likes"):
            check_count(self, name, 1)
        for name in ("id_dropout", "dropout"):
            check_range(self, name, 0, ALMOST_ALL)
        for name in ("half_life_events", "temperature", "dislike_strength"):
            check_above(self, name, 0)
