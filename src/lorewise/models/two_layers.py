"""A net of two layers, the same for arrays and for tensors.

So a net that PyTorch trained is read without PyTorch.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from lorewise.stages import Arrays

Rows: TypeAlias = Any
"""An array or a tensor; both know the operations below by the same names."""

LEAK = 0.01
"""Slope of the middle layer below 0."""

LEAST_SQUARE = 1e-12
"""Added under the root, so that a row of zeros has a direction of zeros."""


def initial_layers(
    name: str, n_in: int, n_out: int, rng: np.random.Generator
) -> dict[str, NDArray[np.float32]]:
    """Return weights by chance; the middle layer is as wide as what goes in, or as what comes out.

    Source: He et al., ICCV 2015, for the scale.
    """
    wide = max(n_in, n_out)
    shapes = {"in": (n_in, wide), "out": (wide, n_out)}
    arrays = {f"{name}.{layer}_bias": np.zeros(shape[1]) for layer, shape in shapes.items()}
    for layer, shape in shapes.items():
        scale = np.sqrt((2 if layer == "in" else 1) / max(1, shape[0]))
        arrays[f"{name}.{layer}"] = scale * rng.standard_normal(shape)
    return {key: array.astype(np.float32) for key, array in arrays.items()}


def two_layers(
    x: Rows,
    weights: Mapping[str, Rows] | Arrays,
    name: str,
    forget: Callable[[Rows], Rows] = lambda x: x,
) -> Rows:
    """Return ``(n, n_out)`` of ``x``, shape ``(n, n_in)``; ``forget`` is for training."""
    inner = x @ weights[f"{name}.in"] + weights[f"{name}.in_bias"]
    bent = inner.clip(min=0) + LEAK * inner.clip(max=0)
    return forget(bent) @ weights[f"{name}.out"] + weights[f"{name}.out_bias"]


def of_unit_length(x: Rows) -> Rows:
    """Return the rows divided by their length; rows of zeros stay zeros."""
    return x / ((x * x).sum(axis=-1, keepdims=True) + LEAST_SQUARE) ** 0.5
