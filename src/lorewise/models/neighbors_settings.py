"""What can be set about neighbors."""

from dataclasses import dataclass
from typing import Literal, get_args

from lorewise.models.ranges import check_above, check_choice, check_count, check_range
from lorewise.models.similarity import RATING_SIMILARITIES, Measure, Similarity

Kind = Literal["item", "user"]


@dataclass(frozen=True, kw_only=True)
class NeighborsSettings:
    """Who is a neighbor, and how many vote."""

    kind: Kind = "item"
    """``item``: an item scores by its neighbors in the history; ``user``: by the choices of the
    people most like the query."""

    similarity: Similarity = "cosine"
    """``pearson`` and ``adjusted_cosine`` compare ratings and need them; the others compare
    choices; see ``Measure``."""

    shrinkage: float = 10.0
    """Added to the similarity's denominator, so that pairs that share little count less; at
    least 0."""

    n_neighbors: int = 100
    """Nearest neighbors kept; at least 1."""

    half_life_events: float = 5.0
    """Newer likes of a query after which an event counts half; above 0, or infinity."""

    dislike_weight: float = 0.25
    """What a dislike in a query takes, as a share of what a like gives; above 0."""

    tversky_own: float = 1.0
    """``tversky`` only: what a choice of the row alone counts; at least 0."""

    tversky_other: float = 1.0
    """``tversky`` only: what a choice of the neighbor alone counts; at least 0."""

    def __post_init__(self) -> None:
        check_choice(self, "kind", get_args(Kind))
        check_choice(self, "similarity", get_args(Similarity))
        for name in ("shrinkage", "tversky_own", "tversky_other"):
            check_range(self, name, 0)
        check_count(self, "n_neighbors", 1)
        check_above(self, "half_life_events", 0)
        check_above(self, "dislike_weight", 0)

    @property
    def compares_ratings(self) -> bool:
        """Whether ratings are compared instead of choices."""
        return self.similarity in RATING_SIMILARITIES

    @property
    def measure(self) -> Measure:
        """How two rows are compared."""
        return Measure(
            name=self.similarity,
            shrinkage=self.shrinkage,
            tversky_own=self.tversky_own,
            tversky_other=self.tversky_other,
        )
