"""Whether rows of equal time stand in the order of their item ids."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.finding import Finding
from lorewise.data.inspection.id_orders import id_orders
from lorewise.data.splitting.ties import tied_rows

BEYOND_CHANCE = 5.0
"""Standard deviations over the expected number of ordered runs that chance does not reach."""

FAR_ABOVE_EXPECTED = 0.1
"""How far the share must exceed the expected one to matter, however sure the difference."""


FEWEST_RISING = 10
"""Fewer runs in order show no habit of the source, however unlikely each of them is."""


@dataclass(frozen=True, kw_only=True)
class TieOrder:
    """How many runs of tied rows rise with the item id."""

    order: str
    """The order of ids that fits best: ``alphabetical`` or ``numeric``."""
    n_runs: int
    """Runs of two or more rows of one user at one time."""
    n_rising: int
    """Runs whose item ids rise from row to row."""
    rising_share: float
    """Share of the runs that rise; 0 without runs."""
    expected_share: float
    """The share by chance: 1 / length! for each run."""
    deviations: float
    """How many standard deviations the count lies above the expected one."""


def tie_order(dataset: Dataset) -> TieOrder:
    """Return how well an order of item ids fits the order inside ties."""
    tied = tied_rows(dataset)
    runs = np.cumsum(~tied, dtype=np.int64)[tied]
    n_steps = np.bincount(runs, minlength=1)
    is_run = n_steps > 0
    by_chance = 1 / _factorials(n_steps[is_run] + 1)
    fits = []
    for name, places in id_orders(dataset.items).items():
        steps = np.diff(places[dataset.item_numbers], prepend=0)[tied]
        n_falls = np.bincount(runs[steps <= 0], minlength=len(n_steps))
        fits.append(_fit(name, n_falls[is_run] == 0, by_chance))
    return max(fits, key=lambda fit: fit.rising_share)


def _fit(order: str, rising: NDArray[np.bool_], by_chance: NDArray[np.float64]) -> TieOrder:
    n_runs = max(1, len(rising))
    deviation = float(np.sqrt((by_chance * (1 - by_chance)).sum()))
    return TieOrder(
        order=order,
        n_runs=len(rising),
        n_rising=int(rising.sum()),
        rising_share=float(rising.sum() / n_runs),
        expected_share=float(by_chance.sum() / n_runs),
        deviations=float(rising.sum() - by_chance.sum()) / deviation if deviation else 0.0,
    )


def _factorials(lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    longest = 20  # 1 / 21! is nothing beside the number of runs
    table = np.cumprod(np.maximum(1.0, np.arange(longest + 1)), dtype=np.float64)
    factorials: NDArray[np.float64] = table[np.minimum(lengths, longest)]
    return factorials


def tie_order_findings(found: TieOrder) -> list[Finding]:
    """Return a warning where ties stand in the order of ids more often than by chance."""
    is_clear = found.n_rising >= FEWEST_RISING and found.deviations >= BEYOND_CHANCE
    if not is_clear or found.rising_share - found.expected_share < FAR_ABOVE_EXPECTED:
        return []
    return [
        Finding(
            "warning",
            "tied times in id order: order-aware models learn the artefact",
            f"in {found.rising_share:.0%} of {found.n_runs} runs of rows at one time the item ids "
            f"rise ({found.order} order); {found.expected_share:.0%} would by chance",
            "shuffle the ties or judge models on untied targets only: live traffic will not come "
            "in the order of ids",
        )
    ]
