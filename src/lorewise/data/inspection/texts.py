"""How many items have words that describe them."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.columns import ColumnRole
from lorewise.data.dataset import Dataset
from lorewise.data.inspection.finding import Finding

ENOUGH_DESCRIBED = 0.5
"""Share of items with words below which knowledge of items cannot carry a model."""


@dataclass(frozen=True, kw_only=True)
class Texts:
    """Shares of the catalog, from 0 to 1."""

    titled_share: float
    """Items with a title."""
    described_share: float
    """Items with any words: title, text or tags; what a language model wrote not included."""
    lore_share: float
    """Items that a language model wrote something about."""


def read_texts(dataset: Dataset, roles: dict[str, ColumnRole]) -> Texts:
    """Return how many items have words; ``roles`` are those of the item table's columns."""
    own = {name: role.kind for name, role in roles.items() if name not in dataset.lore_columns}
    titles = [name for name, kind in own.items() if kind == "title"]
    words = [name for name, kind in own.items() if kind in ("title", "text", "tags")]
    return Texts(
        titled_share=_filled_share(dataset.item_table, titles),
        described_share=_filled_share(dataset.item_table, words),
        lore_share=_filled_share(dataset.item_table, dataset.lore_columns),
    )


def _filled_share(table: pl.DataFrame, columns: Collection[str]) -> float:
    filled = np.zeros(table.height, dtype=np.bool_)
    for name in columns:
        filled |= _is_filled(table[name])
    return float(filled.mean()) if len(filled) else 0.0


def _is_filled(column: pl.Series) -> NDArray[np.bool_]:
    if isinstance(column.dtype, pl.List):
        filled = column.list.len() > 0
    elif column.dtype == pl.String:
        filled = column.str.strip_chars() != ""
    else:
        filled = column.is_not_null()
    return filled.fill_null(value=False).to_numpy()


def text_findings(texts: Texts) -> list[Finding]:
    """Return a warning where too many items have no words."""
    if texts.described_share >= ENOUGH_DESCRIBED:
        return []
    return [
        Finding(
            "warning",
            "few items have any text",
            f"{texts.described_share:.0%} of the items have a title, text or tags",
            "add an `items` file with titles: items without words and without interactions "
            "cannot be recommended",
        )
    ]
