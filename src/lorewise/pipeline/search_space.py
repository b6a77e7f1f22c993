"""Which settings of each model are worth searching, and between which bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

Value = str | float


@dataclass(frozen=True)
class Span:
    """Numbers from ``low`` to ``high``, both included; even in their logarithms."""

    low: float
    high: float


@dataclass(frozen=True)
class Counts:
    """Whole numbers from ``low`` to ``high``, both included; even in their logarithms."""

    low: int
    high: int


Choices = tuple[Value, ...]
Space = Mapping[str, Span | Counts | Choices]
"""Field of the model's settings -> what it may be."""

_LINEAR: Space = {
    "ridge": Span(1, 3_000),
    "prior": Span(1, 1_000),
    "text_ridge": Span(0.1, 30),
    "cold_ridge": Span(0.1, 30),
}
_NEURAL: Space = {
    "dim": (32, 64, 128),
    "dropout": Span(0.05, 0.6),
    "learning_rate": Span(3e-4, 5e-3),
    "whitening": (0.0, 0.25, 0.5),
}

SPACES: Mapping[str, Space] = MappingProxyType(
    {
        "popularity": {"half_life_days": Span(3, 3_000)},
        "neighbors": {
            "similarity": ("cosine", "pearson", "bm25", "jaccard", "dice"),
            "shrinkage": Span(0.1, 300),
            "n_neighbors": Counts(20, 1_000),
            "half_life_events": Span(0.5, 100),
        },
        "content": {"half_life_events": Span(0.5, 100)},
        "rules": {
            "window": Counts(1, 50),
            "decay": ("linear", "reciprocal"),
            "count_power": Span(0.1, 1),
            "half_life_events": Span(0.3, 30),
        },
        "linear": _LINEAR,
        "sequential_linear": {
            **_LINEAR,
            "tau": Span(0.3, 30),
            "history_tau": Span(0.5, 30),
        },
        "als": {
            "n_components": (32, 64, 128, 256),
            "n_epochs": Counts(3, 16),
            "unobserved_weight": Span(0.003, 1),
            "regularization": Span(0.03, 30),
            "prior": Span(0.1, 100),
            "history_tau": Span(0.5, 100),
        },
        "factorization": {
            "loss": ("warp", "warp_kos", "bpr"),
            "n_components": (16, 32, 64, 128),
            "n_epochs": Counts(5, 60),
            "learning_rate": Span(0.01, 0.3),
            "history_tau": Span(0.5, 100),
        },
        "two_tower": {
            **_NEURAL,
            "half_life_events": Span(0.5, 30),
            "id_dropout": Span(0.05, 0.8),
            "temperature": Span(0.03, 0.3),
        },
        "propagation": {
            "learning_rate": Span(3e-4, 5e-3),
            "half_life_events": Span(0.5, 30),
            "temperature": Span(0.03, 0.5),
            "whitening": (0.0, 0.25, 0.5),
        },
        "transformer": {**_NEURAL, "n_blocks": Counts(1, 4), "max_length": (50, 100, 200)},
    }
)
"""Model -> its space. ``expected_popularity`` and ``fusion`` choose for themselves."""
