"""What came of one algorithm's recommendations, user by user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.errors import DataError
from lorewise.evaluation.accuracy import PerUser, accuracy
from lorewise.evaluation.exposure import Exposure
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.targets import Targets


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One algorithm measured on a batch of queries, or on all of them; small next to the scores."""

    ks: tuple[int, ...]
    """Cutoffs."""

    ranked: RankedTargets
    """Where the held-out items came."""

    targets: Targets
    """The held-out items themselves, in the order of ``ranked``."""

    n_events: NDArray[np.int64]
    """Training events of each query; shape ``(n_queries,)``."""

    of_lists: Mapping[str, PerUser]
    """Metrics of the lists by name, such as ``"novelty@10"``; one value per query each."""

    exposure: Mapping[int, Exposure]
    """Which items the first k places went to, for each k."""

    def __len__(self) -> int:
        return len(self.n_events)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the outcome on the queries of all parts, in that order.

        Raises:
            DataError: There is no part, or the parts were not measured alike.
        """
        if not parts or any(p.of_lists.keys() != parts[0].of_lists.keys() for p in parts):
            raise DataError(
                f"{len(parts)} outcomes cannot be joined; give at least one batch, all measured "
                "by the same evaluator"
            )
        first = parts[0]
        return cls(
            ks=first.ks,
            ranked=RankedTargets.joined([part.ranked for part in parts]),
            targets=Targets.joined([part.targets for part in parts]),
            n_events=np.concatenate([part.n_events for part in parts]),
            of_lists={
                name: np.concatenate([part.of_lists[name] for part in parts])
                for name in first.of_lists
            },
            exposure={k: Exposure.total([part.exposure[k] for part in parts]) for k in first.ks},
        )

    def per_user(self) -> dict[str, PerUser]:
        """Return every metric that has a value per query, those of accuracy first."""
        return accuracy(self.ranked, self.ks) | dict(self.of_lists)
