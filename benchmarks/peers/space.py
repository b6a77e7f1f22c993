"""What a peer's settings may be, and draws from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Settings = dict[str, Any]
"""JSON values by name."""


@dataclass(frozen=True)
class OneOf:
    """One of these values, all equally likely."""

    values: tuple[str | int | float | bool, ...]

    def draw(self, rng: np.random.Generator) -> Any:  # noqa: ANN401  whatever the values are
        """Return one of them."""
        return self.values[int(rng.integers(len(self.values)))]


@dataclass(frozen=True)
class Between:
    """A number from ``low`` to ``high``, even in its logarithm unless ``is_even``."""

    low: float
    high: float
    is_even: bool = False
    """Whether the number itself is even; else its logarithm, and ``low`` is above 0."""

    def draw(self, rng: np.random.Generator) -> float:
        """Return a number of four digits."""
        if self.is_even:
            return float(f"{rng.uniform(self.low, self.high):.4g}")
        return float(f"{math.exp(rng.uniform(math.log(self.low), math.log(self.high))):.4g}")


@dataclass(frozen=True)
class WholeBetween:
    """A whole number from ``low`` to ``high``, both included; even in its logarithm."""

    low: int
    high: int

    def draw(self, rng: np.random.Generator) -> int:
        """Return a whole number."""
        drawn = math.exp(rng.uniform(math.log(self.low), math.log(self.high + 1)))
        return min(self.high, int(drawn))


Space = Mapping[str, OneOf | Between | WholeBetween]


def draw(space: Space, rng: np.random.Generator) -> Settings:
    """Return a value for each setting, drawn in the order of the space."""
    return {name: values.draw(rng) for name, values in space.items()}
