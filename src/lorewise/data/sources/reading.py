"""A path -> a dataset, with an account of the rows that did not make it."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from lorewise.data.assemble import check_tables, dataset_of
from lorewise.data.dataset import Dataset
from lorewise.data.preferences import AssembleSettings
from lorewise.data.rejects import refusal, rejects_table, write_rejects
from lorewise.data.sources.kinds import KINDS, kind_of

OnError = Literal["refuse", "skip"]


@dataclass(frozen=True, kw_only=True)
class ReadReport:
    """A dataset and how it came about."""

    dataset: Dataset
    """What was read."""

    kind: str
    """Name of the row of ``KINDS`` that read it."""

    rejects: pl.DataFrame
    """Rows left out: ``file, row, column, value, reason``; none unless they may be skipped."""


def read(
    path: str | Path,
    *,
    on_error: OnError = "refuse",
    rejects: Path | None = None,
    settings: AssembleSettings | None = None,
) -> Dataset:
    """Return the dataset at a path; what the path holds says how it is read (``KINDS``).

    With ``on_error="skip"`` bad rows are left out: they are written to the CSV file ``rejects``,
    or a ``UserWarning`` counts them. What spoils a whole file, such as a wrong encoding or a
    quote that is never closed, is refused all the same.

    Raises:
        DataError: Nothing is there, or some row breaks a rule; the message names the file, line,
            column, value and remedy. ``rejects`` then holds all bad rows.
        ValueError: ``on_error`` is neither.
    """
    report = read_with_report(path, on_error=on_error, rejects=rejects, settings=settings)
    if len(report.rejects) and rejects is None:
        first = report.rejects.row(0, named=True)
        warnings.warn(
            f"{len(report.rejects)} bad rows of {path} skipped, first {first['file']} "
            f"{first['row']}: {first['value']!r} {first['reason']}",
            stacklevel=2,
        )
    return report.dataset


def read_with_report(
    path: str | Path,
    *,
    on_error: OnError = "refuse",
    rejects: Path | None = None,
    settings: AssembleSettings | None = None,
) -> ReadReport:
    """Return the dataset at a path and the rows left out; for the rest see ``read``."""
    if on_error not in ("refuse", "skip"):
        raise ValueError(f"on_error is {on_error!r}; give 'refuse' or 'skip'")
    settings = settings or AssembleSettings()
    kind = kind_of(Path(path))
    checked = check_tables(KINDS[kind].tables(Path(path)), settings)
    bad_rows = rejects_table(checked.rejects)
    if rejects is not None:
        write_rejects(bad_rows, Path(rejects))
    if checked.n_rejects and (on_error == "refuse" or checked.interactions.is_empty()):
        raise refusal(checked.rejects)
    return ReadReport(dataset=dataset_of(checked, settings), kind=kind, rejects=bad_rows)
