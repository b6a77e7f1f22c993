"""What speaks for and against each candidate, as rows of numbers that a ranker learns from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.models.fusion import Opinions
from lorewise.models.histories import history_rows
from lorewise.models.item_facts import ItemFacts

PLACES = 200
"""Candidates of a query, unless said otherwise."""

OWN_COLUMNS = (
    "fused",
    "fused_rank",
    "count",
    "history",
    "idle",
    "apart",
    "like_last",
    "like_history",
)
"""What the columns after the members' hold:

- ``fused``: the weighted sum of the members' scores; ``fused_rank``: log of its rank
- ``count``: log(1 + interactions of the item)
- ``history``: log(1 + events of the query)
- ``idle``: log(1 + days since anybody took the item); 0 without times
- ``apart``: log(1 + days between the mean times at which the item and the last liked one were
  taken); 0 without times or likes
- ``like_last``, ``like_history``: cosine with the last liked item, and with the mean of all liked
  ones; 0 where a vector is missing
"""


def column_names(members: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the columns in their order: score and log rank of each member, the rest.

    A member's score is standardized as the fusion does it, 0 where the member knows nothing; its
    rank is that among the candidates, from 1.

    >>> column_names(["rules"])[:3]
    ('rules', 'rules_rank', 'fused')
    """
    own = [name for member in members for name in (member, f"{member}_rank")]
    return (*own, *OWN_COLUMNS)


def directions(n_columns: int) -> list[int]:
    """Return 1 for each column of which more can only speak for a candidate, -1 for less, else 0.

    >>> directions(2 + len(OWN_COLUMNS))
    [1, -1, 1, -1, 0, 0, 0, 0, 1, 1]
    """
    own = {"fused": 1, "fused_rank": -1, "like_last": 1, "like_history": 1}
    n_members = (n_columns - len(OWN_COLUMNS)) // 2
    return [1, -1] * n_members + [own.get(name, 0) for name in OWN_COLUMNS]


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The candidates of some queries, best fused score first, and a row of numbers for each."""

    items: ItemNumbers
    """-1 where a query has no more candidates; shape ``(n_queries, n_places)``."""

    rows: Scores
    """Shape ``(n_queries, n_places, n_columns)``; see ``column_names``."""

    @classmethod
    def of(
        cls,
        opinions: Opinions,
        queries: Queries,
        facts: ItemFacts,
        vectors: Embeddings,
        *,
        n_places: int = PLACES,
    ) -> Self:
        """Gather the evidence; a query's part of it does not depend on the other queries.

        Candidates are the items with the best fused scores. Those without events are left out, for
        little of what is gathered is true of them, and so are those of the history that may not
        recur. A query without a history has no candidates.
        """
        items = _candidates(opinions.fused, queries, facts, n_places)
        columns = []
        for scores in (*opinions.members, opinions.fused):
            taken = _taken(scores, items)
            columns += [taken, _log_ranks(taken, items)]
        last = _last_liked(queries)
        columns += [
            np.log1p(facts.counts)[items],
            np.broadcast_to(np.log1p(queries.lengths)[:, None], items.shape),
            np.log1p(facts.idle_days)[items],
            _apart(facts, items, last),
            *(_taken(p @ vectors.T, items) for p in _profiles(queries, vectors, last)),
        ]
        rows = np.stack([column.astype(np.float32) for column in columns], axis=2)
        rows[items < 0] = 0
        return cls(items=items, rows=rows)

    @property
    def is_real(self) -> NDArray[np.bool_]:
        """Whether a place holds a candidate; shape ``(n_queries, n_places)``."""
        return np.asarray(self.items >= 0)

    def only(self, queries: NDArray[np.bool_]) -> Self:
        """Return that of some queries."""
        return replace(self, items=self.items[queries], rows=self.rows[queries])

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the evidence of all parts, one after the other."""
        return cls(
            items=np.concatenate([part.items for part in parts]),
            rows=np.concatenate([part.rows for part in parts]),
        )


def _candidates(fused: Scores, queries: Queries, facts: ItemFacts, n_places: int) -> ItemNumbers:
    from lorewise.models.nearest_kernels import largest_of_rows

    eligible = np.where(facts.counts > 0, fused, np.float32("nan"))
    spent = ~queries.repeatable
    eligible[queries.query_numbers[spent], queries.item_numbers[spent]] = np.nan
    eligible[queries.lengths == 0] = np.nan
    nothing = np.full(len(queries), -1, dtype=np.int32)
    items: ItemNumbers = largest_of_rows(eligible, nothing, min(n_places, fused.shape[1]))[0]
    return items


def _taken(scores: Scores, items: ItemNumbers) -> Scores:
    """Return the candidates' scores."""
    return np.take_along_axis(scores, np.maximum(items, 0), axis=1)


def _log_ranks(taken: Scores, items: ItemNumbers) -> Scores:
    """Return the log of each candidate's rank among the candidates; of equals the first leads."""
    order = np.argsort(np.where(items >= 0, -taken, np.inf), axis=1, kind="stable")
    ranks = np.empty(items.shape, dtype=np.float32)
    np.put_along_axis(ranks, order, np.arange(1, items.shape[1] + 1, dtype=np.float32)[None], 1)
    return np.log(ranks)


def _last_liked(queries: Queries) -> ItemNumbers:
    """Return the newest liked item of each query; -1 where nothing was liked."""
    last = np.full(len(queries), -1, dtype=np.int32)
    liked = queries.weights > 0
    last[queries.query_numbers[liked]] = queries.item_numbers[liked]  # the newest is written last
    return last


def _apart(facts: ItemFacts, items: ItemNumbers, last: ItemNumbers) -> Scores:
    days = np.abs(facts.mean_days[items] - facts.mean_days[last][:, None])
    return np.where(last[:, None] >= 0, np.log1p(days), 0)


def _profiles(
    queries: Queries, vectors: Embeddings, last: ItemNumbers
) -> tuple[Embeddings, Embeddings]:
    """Return the vector of the last liked item, and the direction of the mean of all liked."""
    newest = np.where(last[:, None] >= 0, vectors[last], np.float32(0))
    liked = (queries.weights > 0).astype(np.float32)
    summed = np.asarray(history_rows(queries, liked, len(vectors)) @ vectors, dtype=np.float32)
    lengths = np.linalg.norm(summed, axis=1, keepdims=True)
    mean = summed / np.where(lengths > 0, lengths, 1)
    return newest.astype(np.float32), mean.astype(np.float32)
