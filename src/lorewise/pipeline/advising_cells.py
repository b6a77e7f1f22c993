"""How far chance may have moved a mean when both the users and the items were drawn."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lorewise.evaluation.significance import Difference

Cells: TypeAlias = NDArray[np.float64]
"""A value per user and group of items, NaN where there is none; ``(n_users, n_groups)``."""

N_RESAMPLES = 1_000
TAILS = (0.025, 0.975)


def mean_of(cells: Cells) -> float:
    """Return the mean of all known values; NaN without any."""
    known = ~np.isnan(cells)
    return float(cells[known].mean()) if known.any() else float("nan")


def interval_of(cells: Cells, rng: np.random.Generator) -> tuple[float, float]:
    """Return the 95 % interval of the mean, for other users and other items.

    Resampling users alone would say that one candidate beats another "beyond chance" where other
    items would have told the opposite: both are drawn anew, independently.

    Source: Owen, The pigeonhole bootstrap, Annals of Applied Statistics 2007.
    """
    low, high = np.nanquantile(_resampled(cells, rng), TAILS)
    return float(low), float(high)


def difference_of(first: Cells, second: Cells, rng: np.random.Generator) -> Difference:
    """Return by how much ``first`` exceeds ``second`` on the same users and items."""
    cells = first - second
    means = _resampled(cells, rng)
    low, high = np.nanquantile(means, TAILS)
    smaller = min(np.count_nonzero(means <= 0), np.count_nonzero(means >= 0))
    p_value = min(1.0, 2 * (1 + smaller) / (1 + N_RESAMPLES))
    return Difference(mean_of(cells), (float(low), float(high)), p_value, len(cells))


def _resampled(cells: Cells, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the mean of each resample; shape ``(N_RESAMPLES,)``."""
    known = ~np.isnan(cells)
    filled = np.where(known, cells, 0.0)
    n_users, n_groups = cells.shape
    users = rng.multinomial(n_users, np.full(n_users, 1 / n_users), N_RESAMPLES).astype(np.float64)
    groups = rng.multinomial(n_groups, np.full(n_groups, 1 / n_groups), N_RESAMPLES)
    sums = np.einsum("rg,rg->r", users @ filled, groups)
    counts = np.einsum("rg,rg->r", users @ known, groups)
    means: NDArray[np.float64] = np.divide(
        sums, counts, out=np.full(N_RESAMPLES, np.nan), where=counts > 0
    )
    return means
