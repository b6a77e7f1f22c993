"""The item-item matrices that linear models are solved from: S'S and T'S, dense or sparse."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import ItemNumbers, Offsets, Scores

MAX_PAIRS_AT_ONCE = 1 << 25
"""Entries of a sparse block while it is being filled; 256 MiB."""


@dataclass(frozen=True, kw_only=True)
class PairCounts:
    """Histories laid out for counting pairs; the matrices come from its methods.

    Which rows are targets and how much each row weighs is settled here, once, so that the
    sequential and the plain form differ in their numbers only.
    """

    n_items: int
    places: tuple[NDArray[np.int64], NDArray[np.int64]]
    """Each item's rows: offsets ``(n_items + 1,)`` and row numbers."""
    runs: tuple[NDArray[np.int64], NDArray[np.int64], ItemNumbers]
    """Per row: where its history starts and ends, and its item."""
    weights: Scores
    """Per row; what it counts as part of a history."""
    targets: Scores
    """Per row; what it counts as the item to be predicted."""
    followers: Scores
    """Per row; see ``pair_kernels``."""
    powers: Scores
    """``decay ** distance`` for distances 0 to window - 1."""
    expiry: Scores
    """Per distance; see ``pair_kernels``."""

    @classmethod
    def sequential(
        cls, dataset: Dataset, weights: Scores, targets: Scores, *, tau: float, window: int
    ) -> Self:
        """Lay out next-item pairs: recency-weighted prefixes before each target.

        Args:
            dataset: Interactions in time order within a user.
            weights: Per interaction, what it counts in a prefix.
            targets: Per interaction, what it counts as a target; 0 to skip it.
            tau: Decay of a prefix, in steps; above 0.
            window: Steps back that count; at least 1.
        """
        from lorewise.models.pair_kernels import followers_of

        starts, ends = _bounds(dataset)
        decay = float(np.exp(-1 / tau))
        distances = np.arange(min(window, _longest(starts, ends)))
        return cls(
            n_items=dataset.n_items,
            places=_places(dataset),
            runs=(starts, ends, dataset.item_numbers),
            weights=weights,
            targets=targets,
            followers=followers_of(ends, targets, decay),
            powers=(decay**distances).astype(np.float32),
            expiry=(decay ** (2 * (len(distances) - distances))).astype(np.float32),
        )

    @classmethod
    def together(cls, dataset: Dataset, weights: Scores, *, window: int) -> Self:
        """Lay out plain co-occurrence among each user's newest ``window`` events."""
        starts, ends = _bounds(dataset)
        starts = np.maximum(starts, ends - window)
        longest = _longest(starts, ends)
        # Cutting pairs by distance instead would leave a matrix that is no Gram matrix.
        weights = np.where(np.arange(len(starts)) >= starts, weights, np.float32(0))
        return cls(
            n_items=dataset.n_items,
            places=_places(dataset),
            runs=(starts, ends, dataset.item_numbers),
            weights=weights,
            targets=weights,
            followers=np.ones(len(weights), dtype=np.float32),
            powers=np.ones(longest, dtype=np.float32),
            expiry=np.zeros(longest, dtype=np.float32),
        )

    def dense_gram(self) -> Scores:
        """Return S'S, shape ``(n_items, n_items)``."""
        return self._dense(is_gram=True)

    def dense_predecessors(self) -> Scores:
        """Return T'S, shape ``(n_items, n_items)``: row j holds what stood before item j."""
        return self._dense(is_gram=False)

    def sparse_gram(self, rows: ItemNumbers | None = None) -> sparse.csr_array:
        """Return S'S, columns rising; with ``rows`` (rising) the others are left empty."""
        return self._sparse(rows, is_gram=True)

    def sparse_predecessors(self, rows: ItemNumbers | None = None) -> sparse.csr_array:
        """Return T'S, columns rising; with ``rows`` (rising) the others are left empty."""
        return self._sparse(rows, is_gram=False)

    def _dense(self, *, is_gram: bool) -> Scores:
        from lorewise.models.pair_kernels import dense_rows

        out = np.zeros((self.n_items, self.n_items), dtype=np.float32)
        partners = self.followers if is_gram else self.targets
        layout = (self.places, self.runs, self.weights, partners, self.powers, self.expiry)
        dense_rows(out, *layout, is_gram=is_gram)
        return out

    def _sparse(self, rows: ItemNumbers | None, *, is_gram: bool) -> sparse.csr_array:
        wanted = np.arange(self.n_items, dtype=np.int32) if rows is None else rows
        blocks = list(self._blocks(wanted, is_gram=is_gram))
        counts = np.zeros(self.n_items + 1, dtype=np.int64)
        counts[wanted + 1] = np.concatenate([block[0] for block in blocks])
        columns, values = (np.concatenate([block[part] for block in blocks]) for part in (1, 2))
        shape = (self.n_items, self.n_items)
        matrix = sparse.csr_array((values, columns, np.cumsum(counts)), shape)
        matrix.sort_indices()
        return matrix

    def _blocks(
        self, wanted: ItemNumbers, *, is_gram: bool
    ) -> Iterator[tuple[NDArray[np.int64], ItemNumbers, Scores]]:
        """Yield the entries of each row, their columns and values, some rows at a time."""
        import numba

        from lorewise.models.pair_kernels import sparse_rows

        buffers = np.zeros((numba.get_num_threads(), self.n_items), dtype=np.float32)
        partners = self.followers if is_gram else self.targets
        layout = (self.places, self.runs, self.weights, partners, self.powers, self.expiry)
        for part, capacities in _parts(self._most_entries()[wanted]):
            columns = np.empty(capacities[-1], dtype=np.int32)
            values = np.empty(capacities[-1], dtype=np.float32)
            counts = sparse_rows(
                wanted[part], buffers, capacities, columns, values, *layout, is_gram=is_gram
            )
            first = np.repeat(capacities[:-1] - np.cumsum(counts) + counts, counts)
            kept = first + np.arange(len(first))
            yield counts, columns[kept], values[kept]

    def _most_entries(self) -> NDArray[np.int64]:
        """Return an upper bound on each row's entries, from the lengths of the windows alone."""
        starts, ends, items = self.runs
        places, window = np.arange(len(items)), len(self.powers)
        lengths = np.minimum(ends, places + window) - np.maximum(starts, places - window)
        # A row older than its user's window stands before the start, and meets nothing.
        most = np.bincount(items, weights=np.maximum(lengths, 0), minlength=self.n_items)
        return np.minimum(most, self.n_items).astype(np.int64)


def _parts(sizes: NDArray[np.int64]) -> Iterator[tuple[slice, Offsets]]:
    """Yield runs of rows that fit into one block, and where in it each row starts."""
    ends = np.concatenate([[0], np.cumsum(sizes)])
    start = 0
    while start < max(len(sizes), 1):
        fits = int(np.searchsorted(ends, ends[start] + MAX_PAIRS_AT_ONCE, side="right")) - 1
        stop = max(start + 1, fits)
        yield slice(start, stop), ends[start : stop + 1] - ends[start]
        start = stop


def _longest(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> int:
    return int((ends - starts).max(initial=1))


def _bounds(dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return dataset.offsets[dataset.user_numbers], dataset.offsets[dataset.user_numbers + 1]


def _places(dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    order = np.argsort(dataset.item_numbers, kind="stable").astype(np.int64)
    return np.concatenate([[0], np.cumsum(dataset.item_counts)]).astype(np.int64), order
