"""Whether the times mean anything, and how many are shared."""

from dataclasses import dataclass

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.inspection.finding import Finding
from lorewise.data.splitting.ties import tied_rows

MANY_TIED = 0.05
"""Share of tied events from which order inside a tie can move a metric."""

DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Clock:
    """When things happened."""

    has_times: bool
    first_s: int | None
    """Earliest time, seconds since 1970, UTC; None without times or interactions."""
    last_s: int | None
    """Latest time; None likewise."""
    n_at_zero: int
    """Rows at the second 0, the first of January 1970, though others are later."""
    tied_share: float
    """Of the events that have one before them by the same user, those at the same time."""

    @property
    def span_days(self) -> float:
        """Days from the first to the last event; 0 without times."""
        return (
            0.0
            if self.first_s is None or self.last_s is None
            else (self.last_s - self.first_s) / DAY_S
        )

    @property
    def tells_order(self) -> bool:
        """Whether there are times, and not all the same."""
        return self.span_days > 0


def read_clock(dataset: Dataset) -> Clock:
    """Return when things happened."""
    times = dataset.timestamps_s
    is_timed = dataset.has_times and len(times) > 0
    n_after_another = int((dataset.user_numbers[1:] == dataset.user_numbers[:-1]).sum())
    return Clock(
        has_times=dataset.has_times,
        first_s=int(times.min()) if is_timed else None,
        last_s=int(times.max()) if is_timed else None,
        n_at_zero=int((times == 0).sum()) if is_timed and np.any(times) else 0,
        tied_share=float(tied_rows(dataset).sum() / max(1, n_after_another)),
    )


def clock_findings(clock: Clock) -> list[Finding]:
    """Return what is odd about the times."""
    if not clock.has_times:
        return [
            Finding(
                "warning",
                "no times",
                "the interactions have no timestamps",
                "add a `timestamp` column if there is one: without it nothing can be split by "
                "time, and the order of a user's rows is taken from the file",
            )
        ]
    if clock.first_s is not None and not clock.tells_order:
        return [
            Finding(
                "warning",
                "all times equal",
                f"every interaction is at {clock.first_s} s",
                "check how the times were exported; as they are, they say no more than none",
            )
        ]
    return [*_zero_times(clock), *_many_ties(clock)]


def _zero_times(clock: Clock) -> list[Finding]:
    if clock.n_at_zero == 0:
        return []
    return [
        Finding(
            "warning",
            "times at zero",
            f"{clock.n_at_zero} interactions are at second 0, 1970-01-01",
            "these are missing times in disguise: they come first in every history; fill or drop",
        )
    ]


def _many_ties(clock: Clock) -> list[Finding]:
    if clock.tied_share < MANY_TIED:
        return []
    return [
        Finding(
            "note",
            "tied times",
            f"{clock.tied_share:.1%} of the events have the time of their user's event before",
            "file order alone says which came first: read the figures on untied targets beside "
            "the plain ones",
        )
    ]
