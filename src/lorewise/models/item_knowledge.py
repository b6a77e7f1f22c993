"""What the linear models make of the items' vectors before they see any behavior."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.models.linear_settings import LinearSettings
from lorewise.models.near_pairs import N_NEAR
from lorewise.models.text_prior import TextPrior


@dataclass(frozen=True)
class ItemKnowledge:
    """The vectors, and what follows from them alone: one serves all fits that share them."""

    vectors: Embeddings
    """Shape ``(n_items, dim)``, unit rows."""

    prior: TextPrior

    near: ItemNumbers
    """Items nearest to each in the text, -1 where there are fewer."""

    @classmethod
    def of(cls, vectors: Embeddings, settings: LinearSettings) -> Self:
        """Prepare for fits with these settings' ``text_ridge`` and ``n_neighbors``."""
        prior = TextPrior.fit(vectors, ridge=settings.text_ridge)
        everything = np.arange(len(vectors), dtype=np.int32)
        return cls(vectors, prior, prior.nearest(everything, max(N_NEAR, settings.n_neighbors)))
