"""What everybody likes, recent likes counting more."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.models.ranges import check_above
from lorewise.stages import Arrays

DAY_S = 86_400.0


@dataclass(frozen=True, kw_only=True)
class PopularitySettings:
    """How fast fame fades."""

    half_life_days: float = 365.0
    """Days after which an interaction counts half, from the newest one on; above 0, or infinity."""

    def __post_init__(self) -> None:
        check_above(self, "half_life_days", 0)


@dataclass(frozen=True)
class PopularityScorer:
    """The same scores for everybody; it knows every item, one that nobody touched scores 0."""

    settings_class: ClassVar[type[PopularitySettings]] = PopularitySettings

    item_scores: Scores
    """Likes less dislikes, each decayed by its age; shape ``(n_items,)``."""

    @classmethod
    def fit(cls, dataset: Dataset, vectors: Embeddings, settings: PopularitySettings) -> Self:  # noqa: ARG003  part of the contract
        """Count every interaction once, a dislike as -1, whatever its weight.

        The size of a weight is left out on purpose: one listener's thousand plays are not the
        fame of a thousand listeners. Without times every interaction counts in full.
        """
        signs = np.sign(dataset.weights).astype(np.float64)
        if dataset.has_times and dataset.n_interactions:
            ages_days = (dataset.timestamps_s.max() - dataset.timestamps_s) / DAY_S
            signs *= np.exp2(-ages_days / settings.half_life_days)
        counts = np.bincount(dataset.item_numbers, weights=signs, minlength=dataset.n_items)
        return cls(counts.astype(np.float32))

    def score_catalog(self, queries: Queries) -> Scores:
        """Return ``item_scores`` once per query; never NaN."""
        return np.tile(self.item_scores, (len(queries), 1))

    def to_arrays(self) -> Arrays:
        """Return the scores."""
        return {"item_scores": self.item_scores}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that was saved."""
        return cls(arrays["item_scores"])
