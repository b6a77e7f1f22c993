"""Text as plain arrays, so that it can be saved without pickle."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def text_array(text: str) -> NDArray[np.uint8]:
    """Return the UTF-8 bytes of a text; shape ``(n_bytes,)``."""
    return np.frombuffer(text.encode(), dtype=np.uint8)


def text_of(array: NDArray[Any]) -> str:
    """Return the text that ``text_array`` wrote."""
    return bytes(np.asarray(array, dtype=np.uint8)).decode()


def lines_of(array: NDArray[Any]) -> tuple[str, ...]:
    """Return the lines of a saved text; none for an empty one."""
    text = text_of(array)
    return tuple(text.split("\n")) if text else ()
