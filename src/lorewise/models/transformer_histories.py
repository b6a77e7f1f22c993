"""Histories as a net reads them: those of about one length side by side, hardly any padding."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import ItemNumbers, Offsets
from lorewise.data.queries import Queries

MOST_CELLS = 1 << 15
"""Steps, padding included, that are read at a time when scoring."""


@dataclass(frozen=True)
class Histories:
    """Items end to end; history h owns ``offsets[h]:offsets[h + 1]``, oldest first."""

    offsets: Offsets
    items: ItemNumbers

    @classmethod
    def of(cls, queries: Queries, names: ItemNumbers) -> Self:
        """Return the queries' items under other numbers; those named -1 are left out."""
        renamed = names[queries.item_numbers]
        kept = np.concatenate([[0], np.cumsum(renamed >= 0)])
        return cls(kept[queries.offsets], renamed[renamed >= 0].astype(np.int32))

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Items per history; shape ``(n_histories,)``."""
        return np.diff(self.offsets)

    def only(self, wanted: NDArray[np.bool_]) -> Self:
        """Return the histories of this mask, in the same order."""
        lengths = self.lengths
        return type(self)(
            np.concatenate([[0], np.cumsum(lengths[wanted])]),
            self.items[np.repeat(wanted, lengths)],
        )

    def windows(self, max_length: int, rng: np.random.Generator) -> Self:
        """Return all histories cut into pieces of at most ``max_length``, empty ones left out.

        The first piece of a long history is of any length, so that cuts fall elsewhere each time.
        """
        first = np.minimum(rng.integers(1, max_length + 1, len(self)), self.lengths)
        first = np.where(self.lengths <= max_length, self.lengths, first)
        n_pieces = 1 - (first - self.lengths) // max_length  # rounded up
        ranks = _ranks(n_pieces)
        starts = np.repeat(self.offsets[:-1] + first - max_length, n_pieces) + ranks * max_length
        starts = np.where(ranks == 0, np.repeat(self.offsets[:-1], n_pieces), starts)
        starts = starts[np.repeat(self.lengths > 0, n_pieces)]
        return type(self)(np.append(starts, len(self.items)), self.items)

    def padded(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return these histories' items, 0 after the end, and where they are real.

        Both of shape ``(n_rows, longest)``.
        """
        lengths = self.lengths[rows]
        steps = np.arange(lengths.max(initial=0))
        is_real = steps < lengths[:, None]
        places = np.where(is_real, self.offsets[rows][:, None] + steps, 0)
        items = np.where(is_real, self.items[places], 0) if len(self.items) else places
        return items.astype(np.int64), is_real


def batches_of_length(
    lengths: NDArray[np.int64], max_cells: int, *, rng: np.random.Generator | None = None
) -> Iterator[NDArray[np.int64]]:
    """Yield rows that together cover all: of about one length, ``max_cells`` with the padding.

    One row more than allowed is a batch of its own. With ``rng``, rows of one length mix, and
    batches come in any order.
    """
    chance = np.arange(len(lengths)) if rng is None else rng.permutation(len(lengths))
    order = np.lexsort((chance, lengths))
    starts = _batch_starts(lengths[order], max_cells)
    bounds = np.stack([starts, np.append(starts, len(order))[1:]], axis=1)
    for start, stop in bounds if rng is None else rng.permutation(bounds):
        yield order[start:stop]


def _batch_starts(rising: NDArray[np.int64], max_cells: int) -> NDArray[np.int64]:
    """Return where each batch of these lengths begins; one iteration per batch."""
    starts = []
    at = 0
    while at < len(rising):
        starts.append(at)
        sizes = np.arange(1, len(rising) - at + 1)[: max_cells + 1]
        n_fit = int(
            np.searchsorted(sizes * np.maximum(1, rising[at : at + len(sizes)]), max_cells, "right")
        )
        at += max(1, n_fit)
    return np.array(starts, dtype=np.int64)


def _ranks(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 0, 1, ... for each owner in turn, ``counts`` of them."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def newest(queries: Queries, max_length: int) -> Queries:
    """Return the queries with their newest ``max_length`` events alone."""
    kept = queries.ages < max_length
    ends = np.concatenate([[0], np.cumsum(kept)])
    return Queries(
        offsets=ends[queries.offsets].astype(np.int64),
        item_numbers=queries.item_numbers[kept],
        weights=queries.weights[kept],
        ratings=queries.ratings[kept],
        repeatable=queries.repeatable[kept],
    )
