"""Neighbors: items chosen together, or people who choose alike, vote."""

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers, Scores, UserNumbers
from lorewise.data.queries import Queries
from lorewise.errors import DataError
from lorewise.models.histories import event_lengths, history_rows, recent_weights, tempered
from lorewise.models.neighbors_settings import NeighborsSettings
from lorewise.models.rating_prediction import (
    centered_by_row,
    rated_rows,
    ratings_from_items,
    ratings_from_users,
)
from lorewise.models.settings_arrays import pack_settings, unpack_settings
from lorewise.models.similarity import Measure, Neighbors, SimilarityIndex
from lorewise.models.sparse_rows import (
    SparseRows,
    dense_product,
    empty_rows,
    pack,
    positive_rows,
    scaled_rows,
    sparse_rows,
    unpack,
    with_values,
)
from lorewise.models.strengths import EventStrengths
from lorewise.stages import Arrays


@dataclass(frozen=True)
class NeighborsScorer:
    """Scores by neighbors; folds in people that the data do not hold, from their history alone.

    Item similarities count a dislike as a choice: who disliked this has chosen it too, and a
    minus sign there costs a tenth of the NDCG@10 on MovieLens-1M. In a query a disliked item
    takes from its neighbors (kind ``user``: from the choices of the people who like it) what a
    liked one would give, times ``dislike_weight``. Weights are tempered; repeats of an item by
    one user are summed. Of several ratings of one item by one user the last counts.

    Source: Resnick et al., CSCW 1994 (kind ``user``); Sarwar et al., WWW 2001 (kind ``item``).
    We differ: only neighbors of similarity above 0 vote.
    """

    settings_class: ClassVar[type[NeighborsSettings]] = NeighborsSettings

    settings: NeighborsSettings
    choices: SparseRows
    """Ratings where they are compared, else signed tempered weights; ``(n_users, n_items)``."""

    item_similarities: SparseRows
    """Row i: the neighbors of item i; empty for kind ``user``; ``(n_items, n_items)``."""

    typical: float
    """The weight that counts 1; above 0."""

    @classmethod
    def fit(cls, dataset: Dataset, vectors: Embeddings, settings: NeighborsSettings) -> Self:  # noqa: ARG003  part of the contract
        """Gather the choices and, for kind ``item``, find each item's neighbors.

        Raises:
            DataError: Ratings are to be compared and the data hold none.
        """
        n_items, users = dataset.n_items, dataset.queries()
        typical = EventStrengths.fit(dataset, history_tau=math.inf).typical
        if settings.compares_ratings:
            choices = rated_rows(users, n_items)
            if dataset.n_interactions and not choices.nnz:
                raise DataError(
                    f"similarity {settings.similarity!r} compares ratings and the data hold "
                    "none; choose cosine, bm25, jaccard, dice or tversky"
                )
        else:
            choices = history_rows(users, tempered(users.weights, typical), n_items)
        scorer = cls(settings, choices, empty_rows(n_items, n_items), typical)
        if settings.kind == "user":
            return scorer
        everything = np.arange(n_items, dtype=np.int32)
        nearest = scorer.item_index.nearest_to_own(everything, settings.n_neighbors)
        return replace(scorer, item_similarities=nearest.as_rows(n_items))

    @cached_property
    def item_index(self) -> SimilarityIndex:
        """The items, each a row of its users' choices, disliked or not."""
        by_ratings = self.settings.compares_ratings
        choices = self.choices if by_ratings else with_values(self.choices, abs(self.choices.data))
        return SimilarityIndex.of(self._centered(choices).T.tocsr(), self.settings.measure)

    @cached_property
    def user_index(self) -> SimilarityIndex:
        """The users, each a row of choices; who disliked an item is not like who liked it."""
        return SimilarityIndex.of(self._centered(self.choices), self.settings.measure)

    def _centered(self, rated: SparseRows) -> SparseRows:
        """Return rows as the similarity compares them; the correlation centers by itself."""
        is_adjusted = self.settings.similarity == "adjusted_cosine"
        return centered_by_row(rated) if is_adjusted else rated

    def similar_items(self, item_number: int, k: int) -> Neighbors:
        """Return the ``k`` items most like this one, best first, as a batch of one."""
        return self.item_index.nearest_to_own(np.array([item_number], dtype=np.int32), k)

    def similar_users(
        self, queries: Queries, k: int, *, left_out: UserNumbers | None = None
    ) -> Neighbors:
        """Return the ``k`` users most like each query, best first.

        They are found by what the query liked or, where ratings are compared, by all it rated.
        ``left_out`` names for each query a user who is not meant (the query's own); -1 for none.
        """
        if self.settings.compares_ratings:
            rated = self._centered(rated_rows(queries, self.choices.shape[1]))
            return self.user_index.nearest(rated, k, left_out=left_out)
        return self.user_index.nearest(self._liked_rows(queries), k, left_out=left_out)

    def score_catalog(self, queries: Queries) -> Scores:
        """Return sums of similarities times weights; 0 where no neighbor speaks for an item.

        NaN for items that nobody chose and for queries whose items have no neighbors.
        """
        by_items = self.settings.kind == "item"
        scores = self._score_by_items(queries) if by_items else self._score_by_users(queries)
        scores[:, ~self._is_known] = np.nan
        return scores

    @cached_property
    def _is_known(self) -> NDArray[np.bool_]:
        counts = np.bincount(self.choices.indices, minlength=self.choices.shape[1])
        return np.asarray(counts > 0)

    def _values(self, queries: Queries) -> Scores:
        """Return what each event of the queries gives, or takes if below 0."""
        values = recent_weights(
            queries, typical=self.typical, half_life_events=self.settings.half_life_events
        )
        return np.where(values < 0, np.float32(self.settings.dislike_weight) * values, values)

    def _score_by_items(self, queries: Queries) -> Scores:
        votes = self._votes_of_items
        scores = dense_product(
            history_rows(queries, self._values(queries), len(self._is_known)), votes
        )
        speaks = np.diff(votes.indptr)[queries.item_numbers] > 0
        n_speaking = np.bincount(queries.query_numbers, weights=speaks, minlength=len(queries))
        scores[n_speaking == 0] = np.nan
        return scores

    @cached_property
    def _votes_of_items(self) -> SparseRows:
        """Row h: the items that count item h among their neighbors."""
        return self.item_similarities.T.tocsr()

    def _score_by_users(self, queries: Queries) -> Scores:
        liking, disliking = self._liking(queries), self._disliking(queries)
        scores = dense_product(liking - disliking, self._votes_of_users)
        scores[(np.diff(liking.indptr) == 0) & (np.diff(disliking.indptr) == 0)] = np.nan
        return scores

    def _liking(self, queries: Queries) -> SparseRows:
        """Return the say of the people most like each query; ``(n_queries, n_users)``.

        Times the length of the liked events: a similarity alone stays the same with ten likes as
        with one, and a dislike would weigh more the longer the history is.
        """
        nearest = self.user_index.nearest(self._liked_rows(queries), self.settings.n_neighbors)
        lengths = event_lengths(queries, np.maximum(self._values(queries), 0))
        return scaled_rows(nearest.as_rows(self.choices.shape[0]), lengths)

    def _disliking(self, queries: Queries) -> SparseRows:
        """Return the say against of the people who like what each query dislikes.

        Each dislike finds its own people, so that none softens what another takes.
        """
        values, (n_users, n_items) = self._values(queries), self.choices.shape
        at = np.flatnonzero(values < 0)
        disliked = sparse_rows(
            np.ones(len(at), dtype=np.float32),
            queries.item_numbers[at],
            np.arange(len(at) + 1),
            n_items,
        )
        nearest = self._taste_index.nearest(disliked, self.settings.n_neighbors).as_rows(n_users)
        offsets = np.searchsorted(at, queries.offsets)
        owners = sparse_rows(-values[at], np.arange(len(at), dtype=np.int32), offsets, len(at))
        return owners @ nearest

    def _liked_rows(self, queries: Queries) -> SparseRows:
        """Return what the people most like the query are looked up by."""
        n_items = self.choices.shape[1]
        if not self.settings.compares_ratings:
            return positive_rows(history_rows(queries, self._values(queries), n_items))
        is_liked = queries.weights > 0
        ratings = np.where(is_liked, queries.ratings, np.float32(np.nan))
        return self._centered(rated_rows(replace(queries, ratings=ratings), n_items))

    @cached_property
    def _taste_index(self) -> SimilarityIndex:
        """The users as those who like what a query dislikes are found.

        One dislike has no correlation with anybody, hence the cosine of the deviations.
        """
        if not self.settings.compares_ratings:
            return self.user_index
        measure = Measure(name="cosine", shrinkage=self.settings.shrinkage)
        return SimilarityIndex.of(centered_by_row(self.choices), measure)

    @cached_property
    def _votes_of_users(self) -> SparseRows:
        return centered_by_row(self.choices) if self.settings.compares_ratings else self.choices

    def predict_ratings(self, queries: Queries, item_numbers: ItemNumbers) -> Scores:
        """Return the rating each query would give each item; ``(n_queries, len(item_numbers))``.

        A baseline (kind ``user``: the query's mean rating; ``item``: the item's) plus the
        neighbors' deviations from their own, weighted by similarity, kept within the ratings
        seen. NaN where no neighbor rated. In kind ``user`` a user of the training data is among
        their own neighbors and remembers their own ratings.

        Raises:
            DataError: The similarity does not compare ratings.

        Source: Resnick et al., CSCW 1994, equation 2; Sarwar et al., WWW 2001, section 3.2.1,
        with item means as the baseline.
        """
        if not self.settings.compares_ratings:
            raise DataError(
                f"similarity {self.settings.similarity!r} does not compare ratings; "
                "fit with 'pearson' or 'adjusted_cosine' to predict them"
            )
        rated = rated_rows(queries, self.choices.shape[1])
        if self.settings.kind == "item":
            similarities = self.item_similarities[item_numbers]
            return ratings_from_items(similarities, self.choices, rated, item_numbers)
        nearest = self.user_index.nearest(self._centered(rated), self.settings.n_neighbors)
        similarities = nearest.as_rows(self.choices.shape[0])
        return ratings_from_users(similarities, self.choices, rated, item_numbers)

    def to_arrays(self) -> Arrays:
        """Return the choices, the item similarities, the typical weight and the settings."""
        return (
            pack("choices", self.choices)
            | pack("item_similarities", self.item_similarities)
            | {"typical": np.array(self.typical)}
            | pack_settings(self.settings)
        )

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that was saved."""
        return cls(
            unpack_settings(NeighborsSettings, arrays),
            unpack("choices", arrays),
            unpack("item_similarities", arrays),
            float(arrays["typical"]),
        )
