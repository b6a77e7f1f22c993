"""Lists of candidates with what people took of them: what a ranker learns from."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.models.evidence import Evidence

ASKED_SHARE = 0.2
"""Of the lists, kept out of learning to see when it should end."""


@dataclass(frozen=True, kw_only=True)
class CandidateLists:
    """Candidates and which of them were taken; every list holds at least one that was."""

    evidence: Evidence
    """Of models that did not see what was taken."""

    is_target: NDArray[np.bool_]
    """Shape ``(n_queries, n_places)``."""

    def __len__(self) -> int:
        return len(self.is_target)

    def part(self, start: int, stop: int) -> Self:
        """Return lists ``start`` to ``stop - 1``."""
        chosen = np.zeros(len(self), dtype=np.bool_)
        chosen[start:stop] = True
        return type(self)(evidence=self.evidence.only(chosen), is_target=self.is_target[chosen])

    def parted(self) -> tuple[Self, Self]:
        """Return the lists to learn from, and those that say when to end."""
        n_learned_from = len(self) - max(1, int(len(self) * ASKED_SHARE))
        return self.part(0, n_learned_from), self.part(n_learned_from, len(self))
