"""The stages of a recommendation, in the order data flows through them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self

from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.item_list import RankedLists, ScoredItems
from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.data.queries import Queries

Arrays = Mapping[str, NDArray[Any]]


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return one row per text, in that order, each of length 1; zeros for an empty text."""
        ...


class Retriever(Protocol):
    """Narrows the catalog to the candidates worth scoring."""

    def retrieve(self, queries: Queries) -> ItemNumbers:
        """Return the items that may be recommended to any of these queries, rising."""
        ...


class CatalogScorer(Protocol):
    """Says how well each item suits each query; fitted, immutable, knows the whole catalog."""

    def score_catalog(self, queries: Queries) -> Scores:
        """Return shape ``(n_queries, n_items)``; see ``Scorer``."""
        ...


class Scorer(CatalogScorer, Protocol):
    """A model of the table: fits itself, and is saved as arrays."""

    @classmethod
    def fit(cls, dataset: Dataset, vectors: Embeddings, settings: Any) -> Self:  # noqa: ANN401  its own settings class
        """Learn from the interactions and from ``vectors``, shape ``(n_items, dim)``, unit rows.

        ``dim`` is 0 where nothing is known about the items.
        """
        ...

    def score_catalog(self, queries: Queries) -> Scores:
        """Return shape ``(n_queries, n_items)``; larger is better.

        NaN, never a guess, where the model knows nothing of the item. A query's row does not
        depend on the other queries of the batch. An item in the history is scored like any other.
        """
        ...

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved, as plain arrays by name; no objects."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that ``to_arrays`` described; arrays may be memory-mapped."""
        ...


class Ranker(Protocol):
    """Chooses and orders what is shown."""

    def rank(self, queries: Queries, scored: ScoredItems, *, k: int) -> RankedLists:
        """Return at most ``k`` items for each query, best first, without repeats or NaN."""
        ...
