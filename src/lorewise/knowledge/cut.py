"""Up to where a user's history may be read, so that what comes later stays unseen."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Timestamps
from lorewise.errors import DataError, SettingsError

_LAST = "last-"


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Leaves out the newest events of each user; by default none."""

    before_s: int | None = None
    """Only events before this time are read, in seconds since 1970; None for all."""

    leave_last: int = 0
    """How many of each user's newest events are left out, at least 0."""

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the cut that a person wrote: ``last-2``, or a time in ISO 8601, UTC by default.

        >>> Cut.of("last-1")
        Cut(before_s=None, leave_last=1)
        >>> Cut.of("2020-01-01").before_s
        1577836800

        Raises:
            SettingsError: It is neither.
        """
        count = text.removeprefix(_LAST)
        if count != text and count.isascii() and count.isdigit():
            return cls(leave_last=int(count))
        try:
            time = datetime.fromisoformat(text)
        except ValueError as error:
            raise SettingsError(
                f"the cut is {text!r}; give last-N, such as last-1, or a time, such as 2024-01-31"
            ) from error
        return cls(before_s=int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()))

    def refuse_without_times(self, dataset: Dataset) -> None:
        """Do nothing where the dataset has what the cut needs.

        Raises:
            DataError: The cut is a time and the events have none.
        """
        if self.before_s is not None and not dataset.has_times:
            raise DataError(
                "the cut is a time, but the interactions have no timestamps; give last-N instead"
            )

    def n_events(self, timestamps_s: Timestamps) -> int:
        """Return how many of a user's events, oldest first, may be read."""
        n_before = len(timestamps_s)
        if self.before_s is not None:
            n_before = int(np.searchsorted(timestamps_s, self.before_s, side="left"))
        return max(0, min(n_before, len(timestamps_s) - self.leave_last))
