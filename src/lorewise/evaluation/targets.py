"""The held-out items that recommendations are measured against."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lorewise.data.primitives import ItemNumbers, Offsets


@dataclass(frozen=True, kw_only=True)
class Targets:
    """Held-out items of many queries end to end; query q owns ``offsets[q]:offsets[q + 1]``."""

    offsets: Offsets
    """Shape ``(n_queries + 1,)``, starting with 0; a query may have no target."""

    item_numbers: ItemNumbers
    """Without repeats within a query; shape ``(n_targets,)``."""

    untied: NDArray[np.bool_] | None = None
    """Whether the target came later than the user's event before it, so that the order of the
    two is a fact and not an artefact of the file; None where that is unknown; shape
    ``(n_targets,)``."""

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @classmethod
    def of(
        cls,
        query_numbers: ArrayLike,
        item_numbers: ArrayLike,
        *,
        n_queries: int,
        untied: ArrayLike | None = None,
    ) -> Self:
        """Return the targets of pairs in any order; of a repeated pair the first one counts.

        >>> Targets.of([1, 0, 1], [7, 5, 7], n_queries=3).offsets.tolist()
        [0, 1, 2, 2]
        """
        queries = np.asarray(query_numbers, dtype=np.int64)
        items = np.asarray(item_numbers, dtype=np.int64)
        first = np.unique(queries * (items.max(initial=0) + 1) + items, return_index=True)[1]
        counts = np.bincount(queries[first], minlength=n_queries)
        return cls(
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            item_numbers=items[first].astype(np.int32),
            untied=None if untied is None else np.asarray(untied, dtype=np.bool_)[first],
        )

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the queries of all parts, in that order; ``untied`` only if all parts know it."""
        lengths = np.concatenate([part.lengths for part in parts])
        untied = [part.untied for part in parts if part.untied is not None]
        return cls(
            offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            item_numbers=np.concatenate([part.item_numbers for part in parts]),
            untied=np.concatenate(untied) if len(untied) == len(parts) else None,
        )

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Targets per query; shape ``(n_queries,)``."""
        return np.diff(self.offsets)

    @property
    def query_numbers(self) -> NDArray[np.int64]:
        """The query that each target belongs to; shape ``(n_targets,)``."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def part(self, start: int, stop: int) -> Self:
        """Return the targets of queries ``start`` to ``stop - 1`` as a batch of their own."""
        rows = slice(self.offsets[start], self.offsets[min(stop, len(self))])
        return type(self)(
            offsets=self.offsets[start : stop + 1] - self.offsets[start],
            item_numbers=self.item_numbers[rows],
            untied=None if self.untied is None else self.untied[rows],
        )
