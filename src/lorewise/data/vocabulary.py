"""The two-way map between the caller's ids and row numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.errors import DataError


def id_digest(key: str) -> bytes:
    """Return eight bytes that depend on the id alone, the same on every machine."""
    return blake2b(key.encode(), digest_size=8).digest()


@dataclass(frozen=True)
class Vocabulary:
    """Ids in the order of their digests; an id's position is its number.

    The order of rows often encodes the future (newest first, best sellers first), and so do ids.
    Ordering by digest forgets both, and makes every stable sort by score break ties by a hash
    of the id.

    >>> vocabulary = Vocabulary.of(["b", "a", "b"])
    >>> sorted(vocabulary.ids)
    ['a', 'b']
    >>> vocabulary.ids[vocabulary.number_of["a"]]
    'a'
    """

    ids: tuple[str, ...]
    """Without repeats, sorted by ``id_digest``."""

    @classmethod
    def of(cls, ids: Iterable[str]) -> Self:
        """Return the vocabulary of these ids; repeats count once."""
        return cls(tuple(sorted(set(ids), key=lambda key: (id_digest(key), key))))

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def number_of(self) -> dict[str, int]:
        """The number of each id."""
        return {key: number for number, key in enumerate(self.ids)}

    @cached_property
    def array(self) -> NDArray[np.object_]:
        """The ids as an object array, for vectorized look-ups; shape ``(len(self),)``."""
        return np.array(self.ids, dtype=object)

    def numbers(self, ids: Sequence[str]) -> NDArray[np.int32]:
        """Return one number per id, in that order.

        Raises:
            DataError: Some id is not here; the message names the first.
        """
        found = np.fromiter((self.number_of.get(key, -1) for key in ids), np.int32, len(ids))
        if len(found) and found.min() < 0:
            stranger = ids[int(np.argmin(found))]
            raise DataError(
                f"{int((found < 0).sum())} of {len(ids)} ids are unknown, first {stranger!r}; "
                "check the spelling (ids are text, leading zeros count) or add it to the data"
            )
        return found
