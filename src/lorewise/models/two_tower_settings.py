"""What can be chosen about the two towers."""

from dataclasses import dataclass

from lorewise.models.ranges import check_above, check_count, check_range

ALMOST_ALL = 0.9
MOST_STRENGTH = 1e9


@dataclass(frozen=True, kw_only=True)
class TwoTowerSettings:
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

    learning_rate: float = 2e-3
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

    knowledge_dims: int = 128
    """Principal axes of the item vectors that are read; at least 1."""

    whitening: float = 0.5
    """How far these axes are evened out: 0 not at all, .5 fully."""

    dislike_strength: float = 0.02
    """What a dislike takes from a score, as a share of what a like of that item alone would give;
    above 0."""

    seed: int = 0
    """Of chance; at least 0."""

    def __post_init__(self) -> None:
        for name in ("dim", "max_length", "n_negatives", "batch_likes", "max_epochs"):
            check_count(self, name, 1)
        for name in ("patience", "knowledge_dims"):
            check_count(self, name, 1)
        for name in ("validation_users", "seed"):
            check_count(self, name, 0)
        for name in ("id_dropout", "dropout"):
            check_range(self, name, 0, ALMOST_ALL)
        check_range(self, "whitening", 0, 0.5)
        check_range(self, "weight_decay", 0, MOST_STRENGTH)
        for name in ("half_life_events", "temperature", "learning_rate", "dislike_strength"):
            check_above(self, name, 0)
