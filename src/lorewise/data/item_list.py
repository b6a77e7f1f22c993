"""Items with scores: what scorers hand to rankers, and rankers to the caller."""

from dataclasses import dataclass

from lorewise.data.primitives import ItemNumbers, Scores
from lorewise.errors import DataError


@dataclass(frozen=True)
class ScoredItems:
    """Every query's score for every candidate; higher is better."""

    numbers: ItemNumbers
    """The candidates, rows of the catalog; shape ``(n_candidates,)``, rising."""

    scores: Scores
    """Shape ``(n_queries, n_candidates)``; NaN where the scorer knows nothing of the item."""

    def __post_init__(self) -> None:
        if self.scores.ndim != 2 or self.scores.shape[1] != len(self.numbers):  # noqa: PLR2004  rows, columns
            raise DataError(
                f"{len(self.numbers)} candidates but scores of shape {self.scores.shape}; "
                "give one column per candidate"
            )


@dataclass(frozen=True)
class RankedLists:
    """One list per query, best first; short lists are padded."""

    numbers: ItemNumbers
    """Shape ``(n_queries, k)``; -1 where the list has ended."""

    scores: Scores
    """Shape ``(n_queries, k)``, falling; NaN where the list has ended."""
