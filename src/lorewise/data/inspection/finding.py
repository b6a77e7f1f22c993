"""What an inspection says in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Severity = Literal["problem", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("problem", "warning", "note")
"""Worst first: results would be wrong; they may mislead; good to know."""

_MOST_NAMED = 3


@dataclass(frozen=True)
class Finding:
    """Something odd in the data."""

    severity: Severity
    """How much it matters."""

    what: str
    """The finding in a few words, the same for every dataset that has it."""

    evidence: str
    """The figures and the first of the ids that show it."""

    advice: str
    """What to do about it."""


@dataclass(frozen=True)
class Support:
    """Whether the data suffice for one purpose."""

    purpose: str
    """What one may want to do with the data."""

    is_supported: bool
    """Whether the data suffice for it."""

    reason: str
    """The figures that decided."""


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings by how much they matter; those that matter alike in their order."""
    return tuple(sorted(findings, key=lambda found: SEVERITIES.index(found.severity)))


def first_names(names: Sequence[str] | NDArray[np.object_]) -> str:
    """Return the first few names, quoted, and how many more there are.

    >>> first_names(["a", "b", "c", "d", "e"])
    "'a', 'b', 'c' and 2 more"
    """
    shown = ", ".join(repr(name) for name in names[:_MOST_NAMED])
    n_more = len(names) - _MOST_NAMED
    return f"{shown} and {n_more} more" if n_more > 0 else shown
