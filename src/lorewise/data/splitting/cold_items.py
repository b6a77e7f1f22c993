"""Items lose all their interactions, as if they had just arrived."""

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import ItemNumbers
from lorewise.data.splitting.draws import draw_numbers
from lorewise.data.splitting.partition import RowParts, Split
from lorewise.data.splitting.shares import check_share


def cold_items(dataset: Dataset, *, rng: np.random.Generator, share: float = 0.2) -> Split:
    """Hold out every interaction of a ``share`` of the items, and rank these items alone.

    Only items with interactions are drawn. Users whose items are all cold have held-out rows
    but no history, and are no targets.

    Raises:
        DataError: There are fewer than two items with interactions.
        SettingsError: ``share`` is not between 0 and 1.
    """
    cold, parts = _drawn(dataset, rng, share)
    return Split.of(dataset, "cold-items", parts, {"share": share}, candidates=cold)


def cold_mixed(dataset: Dataset, *, rng: np.random.Generator, share: float = 0.2) -> Split:
    """Hold out as ``cold_items`` does (the same seed draws the same), but rank the whole catalog.

    Raises:
        DataError: There are fewer than two items with interactions.
        SettingsError: ``share`` is not between 0 and 1.
    """
    _, parts = _drawn(dataset, rng, share)
    return Split.of(dataset, "cold-mixed", parts, {"share": share})


def _drawn(
    dataset: Dataset, rng: np.random.Generator, share: float
) -> tuple[ItemNumbers, RowParts]:
    check_share(share)
    cold = draw_numbers(dataset.items, np.unique(dataset.item_numbers), share, rng)
    held_out = np.isin(dataset.item_numbers, cold)
    return cold, RowParts(train=~held_out, held_out=held_out)
