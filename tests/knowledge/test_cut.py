"""Cuts through histories."""

import numpy as np
import pytest

from lorewise.errors import SettingsError
from lorewise.knowledge.cut import Cut

TIMES = np.array([10, 20, 20, 30])


@pytest.mark.parametrize(
    ("cut", "n_events"),
    [
        (Cut(), 4),
        (Cut(leave_last=1), 3),
        (Cut(leave_last=9), 0),
        (Cut(before_s=20), 1),
        (Cut(before_s=21), 3),
        (Cut(before_s=31, leave_last=2), 2),
    ],
)
def test_only_events_before_the_cut_count(cut: Cut, n_events: int) -> None:
    assert cut.n_events(TIMES) == n_events


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("last-1", Cut(leave_last=1)),
        ("1970-01-02", Cut(before_s=86_400)),
        ("1970-01-01T01:00:00+01:00", Cut(before_s=0)),
    ],
)
def test_cuts_are_written_as_counts_or_times(text: str, cut: Cut) -> None:
    assert Cut.of(text) == cut


@pytest.mark.parametrize("text", ["last", "last-", "last--1", "yesterday", ""])
def test_anything_else_is_no_cut(text: str) -> None:
    with pytest.raises(SettingsError, match="give last-N, such as last-1, or a time"):
        Cut.of(text)
