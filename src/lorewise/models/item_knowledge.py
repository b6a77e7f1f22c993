"""What the linear models make of the items' vectors before they see any behavior."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.models.cold_columns import VectorRegression
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

    regressions: dict[tuple[float, bytes], VectorRegression] = field(
        default_factory=dict, repr=False, compare=False
    )
    """The latest one, by its ridge and which items are cold: most fits ask for the same."""

    def regression(self, is_cold: NDArray[np.bool_], rho: float) -> VectorRegression:
        """Return the regression on the warm items' vectors; ``rho`` above 0, in items."""
        key = (rho, is_cold.tobytes())
        if key not in self.regressions:
            self.regressions.clear()
            self.regressions[key] = VectorRegression.of(self.vectors, is_cold, rho=rho)
        return self.regressions[key]

    @classmethod
    def of(cls, vectors: Embeddings, settings: LinearSettings) -> Self:
        """Prepare for fits with these settings' ``text_ridge`` and ``n_neighbors``."""
        prior = TextPrior.fit(vectors, ridge=settings.text_ridge)
        everything = np.arange(len(vectors), dtype=np.int32)
        return cls(vectors, prior, prior.nearest(everything, max(N_NEAR, settings.n_neighbors)))
