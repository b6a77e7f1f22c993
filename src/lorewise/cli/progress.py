"""What is being done and how far it is, on stderr: a bar, lines, or nothing."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Progress = Callable[[str, float], None]
"""Told the stage in words and the share done, from 0 to 1."""


def progress_on_stderr(*, quiet: bool) -> AbstractContextManager[Progress]:
    """Return a bar on a terminal, a line per stage elsewhere, nothing if ``quiet``."""
    if quiet:
        return _silence()
    return _bar() if sys.stderr.isatty() else _lines()


@contextmanager
def _silence() -> Iterator[Progress]:
    def report(_stage: str, _share: float) -> None:
        """Say nothing."""

    yield report


@contextmanager
def _lines() -> Iterator[Progress]:
    started, last = time.monotonic(), ""

    def report(stage: str, share: float) -> None:
        nonlocal last
        if stage != last:
            print(f"{time.monotonic() - started:7.1f} s {share:4.0%} {stage}", file=sys.stderr)
            last = stage

    yield report


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (TimeElapsedColumn(), BarColumn(), TaskProgressColumn())
    stage_column = TextColumn("{task.description}", markup=False)
    with RichProgress(*columns, stage_column, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda stage, share: bar.update(task, description=stage, completed=share)
