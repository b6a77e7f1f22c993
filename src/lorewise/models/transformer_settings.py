"""What can be chosen about the transformer."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from lorewise.errors import SettingsError
from lorewise.models.neural_settings import ALMOST_ALL, NeuralSettings
from lorewise.models.ranges import check_above, check_choice, check_count, check_range


@dataclass(frozen=True, kw_only=True)
class TransformerSettings(NeuralSettings):
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

    batch_events: int = 2_048
    """Events between two steps of training; at least 1. Small data take fewer, for the sake of
    some steps in every epoch."""

    full_softmax_items: int = 20_000
    """Items up to which each event is told from all others, beyond it from drawn ones; at
    least 0."""

    n_negatives: int = 1_024
    """Items drawn for a batch where there are more; at least 1."""

    dislike_strength: float = 0.5
    """What a dislike takes from the nearest items beyond what it would give, in standard deviations
    of a query's scores; above 0."""

    dislike_tau: float = inf
    """Newer likes after which a dislike takes 1 / e, above 0; inf: it is never forgotten."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("dim", "n_blocks", "n_heads", "max_length", "batch_events", "n_negatives"):
            check_count(self, name, 1)
        check_count(self, "full_softmax_items", 0)
        check_choice(self, "block", ("sasrec", "ligr"))
        check_range(self, "dropout", 0, ALMOST_ALL)
        for name in ("dislike_strength", "dislike_tau"):
            check_above(self, name, 0)
        if self.dim % self.n_heads:
            raise SettingsError(
                f"TransformerSettings.dim is {self.dim}, which {self.n_heads} heads cannot share; "
                "give a multiple of n_heads"
            )
