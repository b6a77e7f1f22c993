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

    learning_rate: float = 3e-3

    is_falling: bool = True

    max_epochs: int = 12

    knowledge_dims: int = 512

    dim: int = 64
    """Length of a net's vectors; at least 1, a multiple of ``n_heads``."""

    n_blocks: int = 2
    """Layers of attention; at least 1."""

    n_heads: int = 2
    """Patterns of attention within a layer; at least 1."""

    n_experts: int = 8
    """Readings of an item's knowledge, of which each item mixes its own; at least 1."""

    block: Literal["sasrec", "ligr"] = "sasrec"
    """``ligr``: each layer says itself how much of what it found is passed on."""

    max_length: int = 200
    """A user's newest events that are read; at least 1."""

    dropout: float = 0.3
    """Share of numbers that are forgotten at each step of training; 0 to .9."""

    batch_events: int = 4_096
    """Most events between two steps of training; at least 1. Data that would have few steps in an
    epoch take fewer."""

    full_softmax_items: int = 20_000
    """Items up to which each event is told from all others, beyond it from drawn ones; at
    least 0."""

    n_negatives: int = 1_024
    """Items drawn for a batch where there are more; at least 1."""

    knowledge_share: float | None = None
    """Weight of the net on knowledge, from 0 to 1; None: what suits held-out events best."""

    cold_shrinkage: float = 0.0
    """How far the vectors of items without events are drawn to the mean of the others: 0 not at
    all, 1 wholly, so that nothing tells them apart."""

    dislike_strength: float = 0.5
    """What a dislike takes from the nearest items beyond what it would give, in standard deviations
    of a query's scores; above 0."""

    dislike_tau: float = inf
    """Newer likes after which a dislike takes 1 / e, above 0; inf: it is never forgotten."""

    def __post_init__(self) -> None:
        super().__post_init__()
        counts = (
            "dim",
            "n_blocks",
            "n_heads",
            "n_experts",
            "max_length",
            "batch_events",
            "n_negatives",
        )
        for name in counts:
            check_count(self, name, 1)
        check_count(self, "full_softmax_items", 0)
        if self.knowledge_share is not None:
            check_range(self, "knowledge_share", 0, 1)
        check_choice(self, "block", ("sasrec", "ligr"))
        check_range(self, "dropout", 0, ALMOST_ALL)
        check_range(self, "cold_shrinkage", 0, 1)
        for name in ("dislike_strength", "dislike_tau"):
            check_above(self, name, 0)
        if self.dim % self.n_heads:
            raise SettingsError(
                f"TransformerSettings.dim is {self.dim}, which {self.n_heads} heads cannot share; "
                "give a multiple of n_heads"
            )
