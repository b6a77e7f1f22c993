"""What can be chosen about the transformer."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from lorewise.errors import SettingsError
from lorewise.models.ranges import check_above, check_choice, check_count, check_range

ALMOST_ALL = 0.9
"""A net that forgets more than that at every step learns nothing."""

MOST_STRENGTH = 1e9


@dataclass(frozen=True, kw_only=True)
class TransformerSettings:
    """Settings of ``transformer`` (SASRec on ids and on knowledge)."""

    dim: int = 64
    """Length of a net's vectors; at least 1, a multiple of ``n_heads``."""

    n_blocks: int = 2
    """Layers of attention; at least 1."""

    n_heads: int = 2
    """Patterns of attention within a layer; at least 1."""

    block: Literal["sasrec", "ligr"] = "sasrec"
    """``ligr``: each layer says itself how much of what it found is passed on."""

    max_length: int = 100
    """A user's newest events that are read; at least 1."""

    dropout: float = 0.2
    """Share of numbers that are forgotten at each step of training; 0 to .9."""

    learning_rate: float = 1e-3
    """Of AdamW; above 0."""

    weight_decay: float = 0.01
    """Of AdamW; at least 0."""

    batch_events: int = 2_048
    """Events between two steps of training; at least 1. Small data take fewer, for the sake of
    some steps in every epoch."""

    max_epochs: int = 100
    """Passes over the data; at least 1."""

    patience: int = 5
    """Epochs without a better validation after which training ends; at least 1."""

    validation_users: int = 2_000
    """Users whose last event is kept out of training, to choose by; at least 0. With nobody to ask,
    the training loss chooses."""

    full_softmax_items: int = 20_000
    """Items up to which each event is told from all others, beyond it from drawn ones; at
    least 0."""

    n_negatives: int = 1_024
    """Items drawn for a batch where there are more; at least 1."""

    knowledge_dims: int = 128
    """Principal axes of the item vectors that are read; at least 1."""

    whitening: float = 0.5
    """How far these axes are evened out: 0 not at all, .5 fully."""

    dislike_strength: float = 0.5
    """What a dislike takes from the nearest items beyond what it would give, in standard deviations
    of a query's scores; above 0."""

    dislike_tau: float = inf
    """Newer likes after which a dislike takes 1 / e, above 0; inf: it is never forgotten."""

    seed: int = 0
    """Of chance; at least 0."""

    def __post_init__(self) -> None:
        for name in ("dim", "n_blocks", "n_heads", "max_length", "batch_events", "max_epochs"):
            check_count(self, name, 1)
        for name in ("patience", "n_negatives", "knowledge_dims"):
            check_count(self, name, 1)
        for name in ("validation_users", "full_softmax_items", "seed"):
            check_count(self, name, 0)
        check_choice(self, "block", ("sasrec", "ligr"))
        check_range(self, "dropout", 0, ALMOST_ALL)
        check_range(self, "whitening", 0, 0.5)
        check_range(self, "weight_decay", 0, MOST_STRENGTH)
        for name in ("learning_rate", "dislike_strength", "dislike_tau"):
            check_above(self, name, 0)
        if self.dim % self.n_heads:
            raise SettingsError(
                f"TransformerSettings.dim is {self.dim}, which {self.n_heads} heads cannot share; "
                "give a multiple of n_heads"
            )
