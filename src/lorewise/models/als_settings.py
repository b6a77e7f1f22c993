"""What can be set about alternating least squares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lorewise.data.primitives import Scores
from lorewise.models.ranges import check_above, check_count, check_range

LEAST, MOST = 1e-6, 1e9
"""A pull of 0 leaves equations without a solution, one of infinity a model without a score."""


@dataclass(frozen=True, kw_only=True)
class AlsSettings:
    """Settings of ``als``; the weight of an event is 1 at the typical weight of the data."""

    n_components: int = 64
    """Length of the factors; at least 1. Fewer where there are fewer users or items."""

    n_epochs: int = 6
    """How often users and items are solved in turn; at least 0."""

    unobserved_weight: float = 0.1
    """Weight of a score of 0 for each pair of a user and an item, in events; 1e-6 to 1e9."""

    regularization: float = 1.0
    """Pull of factors to 0; 1e-6 to 1e9. At ``nu`` 1 a thousandth is a fair start."""

    nu: float = 0.0
    """Power of the frequency by which ``regularization`` grows; 0 to 1. 0: the same for all. The
    frequency counts what did not happen too, so with 1 the best ``regularization`` falls with the
    size of the catalog."""

    prior: float = 10.0
    """Pull of an item's factors to what its vector says; 0 to 1e9."""

    cold_ridge: float = 1.0
    """Ridge of the regression that reads factors off vectors, in items; 1e-6 to 1e9."""

    block_size: int = 32
    """Components solved at once; at least 1. An epoch costs a row's events times components times
    this."""

    history_tau: float = 4.0
    """Likes after which an event of a query counts 1 / e, above 0; inf: all alike, as in
    training."""

    dislike_target: float = -0.1
    """The score that a query's dislike draws its item to; -1 to 1, where 1 would be a like."""

    def __post_init__(self) -> None:
        for name in ("n_components", "block_size"):
            check_count(self, name, 1)
        check_count(self, "n_epochs", 0)
        for name in ("unobserved_weight", "regularization", "cold_ridge"):
            check_range(self, name, LEAST, MOST)
        check_range(self, "prior", 0, MOST)
        check_range(self, "nu", 0, 1)
        check_above(self, "history_tau", 0)
        check_range(self, "dislike_target", -1, 1)

    def pulls(self, n_events: NDArray[np.float64], n_others: int) -> Scores:
        """Return each row's pull to 0, by the sum of its events' weights.

        Source: Rendle et al., RecSys 2022 (their frequency-scaled regularization).
        """
        frequencies = n_events + self.unobserved_weight * n_others
        return np.asarray(self.regularization * frequencies**self.nu, dtype=np.float32)
