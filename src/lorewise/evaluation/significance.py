"""How far chance alone may have moved a mean over users."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lorewise.evaluation.accuracy import PerUser

N_RESAMPLES = 2000
"""Resamples of the users behind each interval."""

LEVEL = 0.95
"""Share of intervals that hold the true mean, in the long run."""

_CHUNK_CELLS = 4_000_000
"""Weights in memory at a time; 32 MB."""


@dataclass(frozen=True)
class Difference:
    """A paired difference of means over users, what chance allows, and how surprising it is."""

    mean: float
    """Mean of first minus second."""

    ci95: tuple[float, float]
    """Percentile bootstrap interval of the mean."""

    p_value: float
    """Two-sided, for no difference; from ``2 / (N_RESAMPLES + 1)`` to 1."""

    n_users: int
    """Users with both values."""


def resampled_means(
    values: NDArray[np.float64], rng: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> NDArray[np.float64]:
    """Return the means of resamples of the users, drawn with replacement.

    All columns of ``values``, shape ``(n_users, n_columns)``, see the same resamples. NaN counts
    for nothing; a column's mean is NaN in a resample without a defined value.

    Returns:
        Shape ``(n_resamples, n_columns)``.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.
    """
    defined = ~np.isnan(values)
    filled = np.where(defined, values, 0.0)
    chunks = [
        _divided(weights @ filled, weights @ defined)
        for weights in _weights(len(values), n_resamples, rng)
    ]
    return np.concatenate([np.zeros((0, values.shape[1])), *chunks])


def bootstrap_intervals(
    values: NDArray[np.float64], rng: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> NDArray[np.float64]:
    """Return each column's 95 % percentile bootstrap interval of the mean over users.

    ``values`` has shape ``(n_users, n_columns)``, NaN where undefined.

    Returns:
        Lower and upper bounds, shape ``(n_columns, 2)``; NaN for a column without values.
    """
    means = resampled_means(values, rng, n_resamples)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    known = ~np.isnan(values).all(axis=0)
    bounds = np.full((values.shape[1], 2), np.nan)
    if known.any():
        bounds[known] = np.nanquantile(means[:, known], tails, axis=0).T
    return bounds


def paired_difference(
    first: PerUser, second: PerUser, rng: np.random.Generator, n_resamples: int = N_RESAMPLES
) -> Difference:
    """Return by how much ``first`` exceeds ``second`` on the same users, and the chance of that.

    The p-value is twice the smaller share of resampled means on either side of 0, with one added
    to each count, so that it is never 0. All NaN, with p 1, if no user has both values.

    Source: Efron and Tibshirani, 1993, section 15.4 (achieved significance by the percentile
    interval); Smucker, Allan and Carterette, CIKM 2007, for its use on rankings.
    """
    differences = first - second
    differences = differences[~np.isnan(differences)]
    if not len(differences):
        return Difference(float("nan"), (float("nan"), float("nan")), 1.0, 0)
    means = resampled_means(differences[:, None], rng, n_resamples)[:, 0]
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    smaller = min(np.count_nonzero(means <= 0), np.count_nonzero(means >= 0))
    p_value = min(1.0, 2 * (1 + smaller) / (1 + n_resamples))
    return Difference(
        float(differences.mean()), (float(low), float(high)), p_value, len(differences)
    )


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return the p-values corrected for being several, in the same order.

    Reject where the corrected value is below the level: then the chance of any false alarm among
    all comparisons is below the level too.

    Source: Holm, Scandinavian Journal of Statistics 1979.

    >>> holm([0.01, 0.04, 0.03])
    (0.03, 0.06, 0.06)
    """
    raw = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(raw, kind="stable")
    stepped = np.maximum.accumulate(raw[order] * np.arange(len(raw), 0, -1))
    corrected = np.empty_like(raw)
    corrected[order] = np.minimum(stepped, 1.0)
    return tuple(corrected.tolist())


def _weights(
    n_users: int, n_resamples: int, rng: np.random.Generator
) -> Iterator[NDArray[np.float64]]:
    """Yield how often each user was drawn, some resamples at a time; they are multinomial."""
    per_chunk = max(1, _CHUNK_CELLS // max(1, n_users))
    for start in range(0, n_resamples if n_users else 0, per_chunk):
        n_rows = min(per_chunk, n_resamples - start)
        drawn = rng.integers(0, n_users, (n_rows, n_users)) + np.arange(n_rows)[:, None] * n_users
        counts = np.bincount(drawn.ravel(), minlength=n_rows * n_users)
        yield counts.reshape(n_rows, n_users).astype(np.float64)


def _divided(sums: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sums over counts, NaN where the count is 0."""
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
