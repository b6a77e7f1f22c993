"""The table of rankers that learn an order of candidates."""

from importlib import import_module
from typing import Any, ClassVar, Protocol, Self

from lorewise.data.primitives import Scores
from lorewise.models.candidate_lists import CandidateLists
from lorewise.models.evidence import Evidence
from lorewise.stages import Arrays


class CandidateRanker(Protocol):
    """Says which candidate of a query should come first; fitted, immutable."""

    settings_class: ClassVar[type[Any]]

    @classmethod
    def fit(cls, lists: CandidateLists, settings: Any) -> Self:  # noqa: ANN401  its own class
        """Learn from what people took."""
        ...

    def scores(self, evidence: Evidence) -> Scores:
        """Return one score per place, larger is better; shape ``(n_queries, n_places)``.

        A query's scores do not depend on the other queries. Places without a candidate get any.
        """
        ...

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved, as plain arrays by name; no objects."""
        ...

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the ranker that ``to_arrays`` described."""
        ...


RANKERS = {
    "lambdarank": "lorewise.models.lambdarank:LambdaRanker",
    "wide_deep": "lorewise.models.wide_deep:WideDeepRanker",
}
"""Name -> ``"module:Class"``; each class is a ``CandidateRanker``."""


def ranker_class(name: str) -> type[CandidateRanker]:
    """Return the ranker class of this name, a key of ``RANKERS``; loads its module."""
    module, _, class_name = RANKERS[name].partition(":")
    found: type[CandidateRanker] = getattr(import_module(module), class_name)
    return found
