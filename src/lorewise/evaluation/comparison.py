"""Whether one algorithm beats another by more than chance allows."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lorewise.errors import DataError
from lorewise.evaluation.accuracy import PerUser
from lorewise.evaluation.significance import holm, paired_difference


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One algorithm against another on the same users."""

    algorithm: str
    """The one whose gain is stated."""

    reference: str
    """The one it is compared with."""

    metric: str
    """Which metric, such as ``"ndcg@10"``."""

    difference: float
    """Mean of the algorithm minus mean of the reference."""

    ci95: tuple[float, float]
    """Paired bootstrap interval of the difference."""

    p_value: float
    """Two-sided, by paired bootstrap."""

    p_holm: float
    """The same, corrected for the number of comparisons."""


def compare(
    values: Mapping[str, PerUser], *, reference: str, metric: str, seed: int
) -> tuple[Comparison, ...]:
    """Return each algorithm's difference to ``reference``, corrected for their number.

    Args:
        values: Algorithm -> the metric per query, the same queries in the same order.
        reference: Which of them the others are compared with.
        metric: The metric's name, for the report.
        seed: All comparisons draw the same resamples.

    Raises:
        DataError: ``reference`` is none of them, or they differ in length.
    """
    if reference not in values or len({len(column) for column in values.values()}) > 1:
        raise DataError(
            f"cannot compare {', '.join(values)} with {reference!r} on {metric}; "
            "give all of them one value per query, of the same queries"
        )
    found = {
        name: paired_difference(column, values[reference], np.random.default_rng(seed))
        for name, column in values.items()
        if name != reference
    }
    corrected = holm([difference.p_value for difference in found.values()])
    return tuple(
        Comparison(
            algorithm=name,
            reference=reference,
            metric=metric,
            difference=difference.mean,
            ci95=difference.ci95,
            p_value=difference.p_value,
            p_holm=p_holm,
        )
        for (name, difference), p_holm in zip(found.items(), corrected, strict=True)
    )
