"""Checks that there is one vector for each item."""

from lorewise.data.primitives import Embeddings
from lorewise.errors import DataError


def check_one_row_per_item(vectors: Embeddings, n_items: int) -> None:
    """Do nothing if ``vectors`` has a row for each item.

    Raises:
        DataError: It has more or fewer.
    """
    if len(vectors) != n_items:
        raise DataError(f"{len(vectors)} vectors for {n_items} items; give one row per item")
