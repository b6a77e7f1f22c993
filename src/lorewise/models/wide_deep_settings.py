"""What can be chosen about the wide and deep ranker."""

from dataclasses import dataclass

from lorewise.models.ranges import check_above, check_count, check_range

ALMOST_ALL = 0.9
"""A net that forgets more than that at every step learns nothing."""


@dataclass(frozen=True, kw_only=True)
class WideDeepSettings:
    """Settings of ``wide_deep``."""

    hidden: int = 32
    """Width of both hidden layers of the deep part; at least 1."""

    item_dim: int = 8
    """Length of an item's own vector; at least 1."""

    dropout: float = 0.1
    """Share of hidden numbers, and of items' own vectors, that are forgotten at each step; 0 to
    .9."""

    learning_rate: float = 3e-3
    """Of AdamW; above 0."""

    weight_decay: float = 0.01
    """Of AdamW; at least 0."""

    batch_lists: int = 64
    """Lists between two steps; at least 1."""

    max_epochs: int = 60
    """At least 1."""

    patience: int = 8
    """Epochs without better lists held out after which training ends; at least 1."""

    cutoff: int = 10
    """Places by which these lists are judged; at least 1."""

    seed: int = 0
    """At least 0."""

    def __post_init__(self) -> None:
        for name in ("hidden", "item_dim", "batch_lists", "max_epochs", "patience", "cutoff"):
            check_count(self, name, 1)
        check_count(self, "seed", 0)
        check_range(self, "dropout", 0, ALMOST_ALL)
        check_range(self, "weight_decay", 0)
        check_above(self, "learning_rate", 0)
