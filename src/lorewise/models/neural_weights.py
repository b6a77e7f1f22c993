"""A net's weights: tensors by name while it learns, plain arrays once it has.

Imports PyTorch; import this module only where a net is trained or read.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lorewise.stages import Arrays

Weights = dict[str, Tensor]
Forget = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Dropout:
    """Forgets a share of the numbers and makes up for it in the others."""

    share: float
    generator: torch.Generator

    def __call__(self, x: Tensor) -> Tensor:
        """Return ``x`` with some numbers 0."""
        if self.share == 0:
            return x
        kept = torch.empty_like(x).bernoulli_(1 - self.share, generator=self.generator)
        return x * kept.div_(1 - self.share)


def keep_all(x: Tensor) -> Tensor:
    """Return ``x``: nothing is forgotten when lists are made."""
    return x


def as_tensors(arrays: Arrays) -> Weights:
    """Return copies as tensors; the arrays may be read-only."""
    return {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}


def as_arrays(weights: Weights) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    """Return copies as arrays."""
    return {name: weight.detach().numpy().copy() for name, weight in weights.items()}
