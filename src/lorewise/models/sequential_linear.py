"""The closed-form next-item model with a knowledge prior: which item follows."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Scores
from lorewise.models.exact import next_item_matrix
from lorewise.models.item_item import ItemItemScorer
from lorewise.models.linear_settings import SequentialLinearSettings
from lorewise.models.pairs import PairCounts
from lorewise.models.text_prior import TextPrior


@dataclass(frozen=True)
class SequentialLinearScorer(ItemItemScorer[SequentialLinearSettings]):
    """``B = inv(S'S + (ridge + prior) I) (S'T + prior C)``.

    Rows of S are the prefixes of each history, recent items weighing more; T is the item that
    came next; C the text-to-text EASE. Dislikes are part of the order like all else; what they
    take away when lists are made is in ``Dislikes``.

    Source: TALE (Park et al., WSDM 2025) without the prior.
    """

    settings_class: ClassVar[type[SequentialLinearSettings]] = SequentialLinearSettings
    excludes_self: ClassVar[bool] = False

    @staticmethod
    def pairs_of(
        dataset: Dataset, weights: Scores, settings: SequentialLinearSettings
    ) -> PairCounts:
        """Lay out the prefixes of each user's newest targets."""
        ends = dataset.offsets[dataset.user_numbers + 1]
        ages = ends - 1 - np.arange(dataset.n_interactions)
        targets = (ages < settings.max_targets).astype(np.float32)
        return PairCounts.sequential(
            dataset, weights, targets, tau=settings.tau, window=settings.window
        )

    @staticmethod
    def exact(pairs: PairCounts, prior: TextPrior, settings: SequentialLinearSettings) -> Scores:
        """Return B, by one n x n solve."""
        counts = pairs.dense_gram(), pairs.dense_predecessors()
        return next_item_matrix(*counts, prior, ridge=settings.ridge, weight=settings.prior)
