"""EASE with a knowledge prior: which items go together."""

from dataclasses import dataclass
from typing import ClassVar

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Scores
from lorewise.models.exact import ease_matrix
from lorewise.models.item_item import ItemItemScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.models.pairs import PairCounts
from lorewise.models.text_prior import TextPrior


@dataclass(frozen=True)
class LinearScorer(ItemItemScorer[LinearSettings]):
    """argmin |X - XB|^2 + ridge |B|^2 + prior |B - C|^2, zero diagonal, C the text-to-text EASE.

    Source: EASE (Steck, WWW 2019); the prior as in L3AE (Moon et al., CIKM 2025).
    """

    settings_class: ClassVar[type[LinearSettings]] = LinearSettings
    excludes_self: ClassVar[bool] = True

    @staticmethod
    def pairs_of(dataset: Dataset, weights: Scores, settings: LinearSettings) -> PairCounts:
        """Lay out every pair of a user's items."""
        return PairCounts.together(dataset, weights, window=settings.window)

    @staticmethod
    def exact(pairs: PairCounts, prior: TextPrior, settings: LinearSettings) -> Scores:
        """Return B, by one n x n inverse."""
        gram = pairs.dense_gram()
        return ease_matrix(gram, prior, ridge=settings.ridge, weight=settings.prior)
