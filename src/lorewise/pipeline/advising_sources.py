"""What language models have said about a catalog, as candidates that advice can weigh."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.knowledge import Knowledge
from lorewise.data.knowledge_file import read_knowledge_entries, with_knowledge
from lorewise.errors import DataError
from lorewise.storage.knowledge_store import KnowledgeStore

WHOLE = 0.9
"""From this share of the catalog on, a source counts as being about all of it."""


@dataclass(frozen=True, kw_only=True)
class KnowledgeSource:
    """Item knowledge of one origin, of the whole catalog or a part of it."""

    name: str
    """As the caller named it."""

    table: pl.DataFrame = field(repr=False)
    """``id`` and a column of text per facet, as ``read_knowledge`` gives it."""

    usd_per_item: float | None = None
    """What one more item costs; 0 where it is free, None where nobody knows."""

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Return what a knowledge file holds.

        Raises:
            DataError: The file breaks a rule.
        """
        return cls.of_entries(path.name, read_knowledge_entries(path))

    @classmethod
    def of_store(cls, url: str) -> Self:
        """Return the newest knowledge of each item in a store; the name is the database's.

        Raises:
            StoreError: There is no such store, or it cannot be read.
        """
        with KnowledgeStore.open(url, create=False) as store:
            return cls.of_entries(url.rsplit("/", 1)[-1], store.latest("item"))

    @classmethod
    def of_entries(cls, name: str, entries: Iterable[Knowledge]) -> Self:
        """Return these entries; what one more costs is the mean of what they did.

        Raises:
            DataError: There are none.
        """
        held = list(entries)
        if not held:
            raise DataError(f"{name} holds no item knowledge; enrich some items first")
        costs = [entry.provenance.cost_usd for entry in held if entry.provenance is not None]
        mean = sum(costs) / len(costs) if any(costs) else None
        return cls(name=name, table=_table(held), usd_per_item=mean)

    def covered(self, dataset: Dataset) -> NDArray[np.bool_]:
        """Return of which items of the catalog it speaks; shape ``(n_items,)``."""
        return np.isin(dataset.items.array, self.table["id"].to_numpy())

    def joined_to(self, dataset: Dataset) -> Dataset:
        """Return the dataset with this knowledge beside its items.

        Raises:
            DataError: It speaks of none of them.
        """
        return with_knowledge(dataset, self.table)

    def usd_to_pay(self, dataset: Dataset) -> float | None:
        """Return what the items that it does not cover would cost; None where nobody knows."""
        n_left = int((~self.covered(dataset)).sum())
        if n_left == 0:
            return 0.0
        return None if self.usd_per_item is None else n_left * self.usd_per_item


def comparable_items(dataset: Dataset, sources: Sequence[KnowledgeSource]) -> NDArray[np.bool_]:
    """Return the items of which every source speaks that is itself but a sample; ``(n_items,)``.

    A source about nearly all of the catalog is judged with its gaps: they are part of its worth.
    """
    shared = np.ones(dataset.n_items, dtype=np.bool_)
    for source in sources:
        covered = source.covered(dataset)
        if covered.mean() < WHOLE:
            shared &= covered
    return shared


def _table(entries: Sequence[Knowledge]) -> pl.DataFrame:
    rows = [{"id": entry.subject_id} | _words(entry) for entry in entries]
    names = dict.fromkeys(name for row in rows for name in row)
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def _words(entry: Knowledge) -> dict[str, str]:
    return {
        name: facet if isinstance(facet, str) else "|".join(facet)
        for name, facet in entry.facets.items()
    }
