"""The plain ranker: the best scores win."""

from dataclasses import dataclass

import numpy as np

from lorewise.data.item_list import RankedLists, ScoredItems
from lorewise.data.queries import Queries
from lorewise.errors import SettingsError


@dataclass(frozen=True)
class TopNRanker:
    """Shows the items with the highest scores, best first."""

    def rank(self, queries: Queries, scored: ScoredItems, *, k: int) -> RankedLists:  # noqa: ARG002  a ranker may look at the query
        """Return the ``k`` best for each query; items that score NaN are never shown.

        Equal scores keep the order of the candidates, which is that of a hash of their ids.

        >>> nobody = Queries.of([np.array([], dtype=np.int32)])
        >>> scores = np.array([[0.1, np.nan, 0.7]], dtype=np.float32)
        >>> scored = ScoredItems(np.array([4, 5, 6], dtype=np.int32), scores)
        >>> TopNRanker().rank(nobody, scored, k=2).numbers.tolist()
        [[6, 4]]
        """
        from lorewise.ranking.top_n_kernels import best_of_rows

        if k < 1:
            raise SettingsError(f"k is {k}; a list needs at least 1 place")
        columns, scores = best_of_rows(scored.scores, min(k, max(1, len(scored.numbers))))
        if len(scored.numbers) == 0:
            return RankedLists(columns, scores)
        numbers = np.where(columns >= 0, scored.numbers[columns], -1).astype(np.int32)
        return RankedLists(numbers, scores)
