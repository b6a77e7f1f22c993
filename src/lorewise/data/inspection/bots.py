"""Users that act as no person does."""

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.counts import pair_keys
from lorewise.data.inspection.finding import Finding, first_names

DAY_S = 86_400

INHUMAN_EVENTS_PER_DAY = 1000
"""More than this within 24 hours is a machine's work, or a batch import."""

FEWEST_EVENTS = 50
"""Users with fewer have no pace to speak of."""

OUTLIER = 3.5
"""Robust standard scores of the log of the events from which a user is extreme.
Source: Iglewicz and Hoaglin, How to detect and handle outliers, 1993."""

SMALLEST_DEVIATION = 0.1
"""Keeps users apart by a tenth or more where most have the same number of events."""

EVEN_GAPS = 0.1
"""Deviation of the gaps, as a share of their mean, below which a clock sets the pace."""

SUBSECOND_GAPS = 0.9
"""Share of gaps under a second from which no hand sets the pace."""

MOST_OF_CATALOG = 0.5
"""Share of the catalog beyond which a user seems to walk through it."""

SMALLEST_CATALOG = 50
"""With fewer items anyone may hold most of them."""


def bot_findings(dataset: Dataset) -> list[Finding]:
    """Return one finding per kind of inhuman behavior, with the users that show it."""
    marked = {
        f"more than {INHUMAN_EVENTS_PER_DAY} events within 24 hours": is_inhumanly_busy(dataset),
        "far more events than others, at even or sub-second gaps": is_clockwork(dataset),
        f"more than {MOST_OF_CATALOG:.0%} of the catalog": is_hoarder(dataset),
    }
    return [_finding(dataset, sign, mask) for sign, mask in marked.items() if mask.any()]


def _finding(dataset: Dataset, sign: str, mask: NDArray[np.bool_]) -> Finding:
    counts = np.diff(dataset.offsets)
    largest_first = np.flatnonzero(mask)[np.argsort(-counts[mask], kind="stable")]
    share = counts[mask].sum() / dataset.n_interactions
    return Finding(
        "warning",
        f"probable bots: {sign}",
        f"{len(largest_first)} of {dataset.n_users} users with {share:.1%} of the interactions: "
        + first_names(dataset.users.array[largest_first]),
        "look at these users and drop the machines among them; imports and test accounts look "
        "the same",
    )


def is_inhumanly_busy(dataset: Dataset) -> NDArray[np.bool_]:
    """Return which users had more than ``INHUMAN_EVENTS_PER_DAY`` in some 24 hours.

    Shape ``(n_users,)``; all False without times.
    """
    busy = np.zeros(dataset.n_users, dtype=np.bool_)
    if dataset.has_times and dataset.n_interactions:
        times = dataset.timestamps_s - dataset.timestamps_s.min()
        # users lie further apart than a day, so that no window reaches from one to the next
        line = dataset.user_numbers.astype(np.int64) * (times.max() + DAY_S) + times
        n_within = np.searchsorted(line, line + DAY_S) - np.arange(len(line))
        busy[dataset.user_numbers[n_within > INHUMAN_EVENTS_PER_DAY]] = True
    return busy


def is_clockwork(dataset: Dataset) -> NDArray[np.bool_]:
    """Return which users have extremely many events at gaps that no hand keeps.

    Shape ``(n_users,)``; all False without times. Gaps under a second count only where times
    are told to the second: days or minutes make gaps of 0 for everyone.
    """
    counts = np.diff(dataset.offsets)
    if not dataset.has_times or dataset.n_interactions == 0:
        return np.zeros(dataset.n_users, dtype=np.bool_)
    same_user = dataset.user_numbers[1:] == dataset.user_numbers[:-1]
    gaps = np.diff(dataset.timestamps_s)[same_user].astype(np.float64)
    owners = dataset.user_numbers[1:][same_user]
    n_gaps = np.maximum(1, counts - 1)
    means = np.bincount(owners, gaps, dataset.n_users) / n_gaps
    squares = np.bincount(owners, (gaps - means[owners]) ** 2, dataset.n_users) / n_gaps
    is_even = (means > 0) & (np.sqrt(squares) < EVEN_GAPS * means)
    is_instant = np.bincount(owners, gaps == 0, dataset.n_users) > SUBSECOND_GAPS * n_gaps
    tells_seconds = np.gcd.reduce(dataset.timestamps_s - dataset.timestamps_s.min()) == 1
    clockwork: NDArray[np.bool_] = _is_outlier(counts) & (is_even | (is_instant & tells_seconds))
    return clockwork


def _is_outlier(counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    logs = np.log(np.maximum(counts, 1))
    center = np.median(logs[counts > 0])
    deviation = 1.4826 * np.median(np.abs(logs[counts > 0] - center))
    scores = (logs - center) / max(SMALLEST_DEVIATION, float(deviation))
    outlier: NDArray[np.bool_] = (scores > OUTLIER) & (counts >= FEWEST_EVENTS)
    return outlier


def is_hoarder(dataset: Dataset) -> NDArray[np.bool_]:
    """Return which users have more than ``MOST_OF_CATALOG``; shape ``(n_users,)``.

    All False for a catalog of fewer than ``SMALLEST_CATALOG`` items.
    """
    if dataset.n_items < SMALLEST_CATALOG:
        return np.zeros(dataset.n_users, dtype=np.bool_)
    owners = np.unique(pair_keys(dataset)) // dataset.n_items
    held = np.bincount(owners, minlength=dataset.n_users)
    hoarder: NDArray[np.bool_] = held > MOST_OF_CATALOG * dataset.n_items
    return hoarder
