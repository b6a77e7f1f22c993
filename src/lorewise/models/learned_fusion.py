"""The linear fusion picks candidates, a learned ranker puts them in order."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.models.array_parts import part_of
from lorewise.models.candidate_rankers import CandidateRanker, ranker_class
from lorewise.models.content import ContentScorer
from lorewise.models.evidence import PLACES, Evidence
from lorewise.models.fusion import FusionScorer
from lorewise.models.item_facts import ItemFacts
from lorewise.stages import Arrays


@dataclass(frozen=True)
class LearnedFusionScorer(FusionScorer):
    """A fusion whose first places are given out anew by what else speaks for each candidate.

    Candidates are the best warm items that the user may be shown; the places, and the fused scores
    that stand for them, are shared out among them alone. So all other items keep their scores and
    their places: cold ones, those of the history, and all that stands below the candidates. A
    query without a history has no candidates and is answered by the linear fusion. What words
    beside a history change is added afterwards, as there.
    """

    ranker_name: str
    """A key of ``RANKERS``."""

    ranker: CandidateRanker
    facts: ItemFacts
    n_places: int = PLACES
    """Candidates of a query; at least 1."""

    @classmethod
    def over(
        cls, fusion: FusionScorer, facts: ItemFacts, ranker_name: str, ranker: CandidateRanker
    ) -> Self:
        """Return the fusion with its first places in the ranker's order."""
        return cls(fusion.members, fusion.weights, fusion.groups, ranker_name, ranker, facts)

    def by_history(self, queries: Queries) -> Scores:
        """Return the scores before words beside a history are added."""
        opinions = self.opinions(queries)
        vectors = self.item_vectors()
        evidence = Evidence.of(opinions, queries, self.facts, vectors, n_places=self.n_places)
        order = np.where(evidence.is_real, -self.ranker.scores(evidence), np.inf)
        return _reordered(opinions.fused, evidence.items, np.argsort(order, axis=1, kind="stable"))

    def item_vectors(self) -> Embeddings:
        """Return the vectors in which likeness is measured: those of the member ``content``."""
        return vectors_of(self)

    def ranker_arrays(self) -> Arrays:
        """Return what has to be saved beside the fusion."""
        return {
            "ranker_name": np.array(self.ranker_name),
            "n_places": np.array(self.n_places),
            **{f"facts.{name}": array for name, array in self.facts.to_arrays().items()},
            **{f"ranker.{name}": array for name, array in self.ranker.to_arrays().items()},
        }

    @classmethod
    def from_ranker_arrays(cls, fusion: FusionScorer, arrays: Arrays) -> Self:
        """Return the fusion that was saved, with its ranker."""
        name = str(arrays["ranker_name"])
        ranker = ranker_class(name).from_arrays(part_of(arrays, "ranker"))
        facts = ItemFacts.from_arrays(part_of(arrays, "facts"))
        places = int(arrays["n_places"])
        return cls(fusion.members, fusion.weights, fusion.groups, name, ranker, facts, places)


def vectors_of(fusion: FusionScorer) -> Embeddings:
    """Return the vectors of the member ``content``; without it, vectors of length 0."""
    content = fusion.members.get("content")
    if isinstance(content, ContentScorer):
        return content.vectors
    return np.zeros((fusion.n_items, 0), dtype=np.float32)


def _reordered(scores: Scores, items: ItemNumbers, order: NDArray[np.intp]) -> Scores:
    """Give the scores of ``items``, best first, to the same items in another order; in place."""
    rows, places = np.nonzero(items >= 0)
    values = scores[rows, items[rows, places]]
    scores[rows, items[rows, order[rows, places]]] = values
    return scores
