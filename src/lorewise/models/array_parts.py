"""Arrays that were saved under a common name."""

from lorewise.stages import Arrays


def part_of(arrays: Arrays, name: str) -> Arrays:
    """Return the arrays under ``name``, by the rest of their names.

    >>> import numpy as np
    >>> part_of({"a.x": np.zeros(1), "b.x": np.ones(1)}, "b")
    {'x': array([1.])}
    """
    return {
        key.removeprefix(f"{name}."): array
        for key, array in arrays.items()
        if key.startswith(f"{name}.")
    }
