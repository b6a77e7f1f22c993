"""Rich tables as the text that stdout takes."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.table import Table

WIDTH_ELSEWHERE: Final = 200
"""Columns where stdout is no terminal, so that nothing is cut off in a file."""


def table_text(tables: Iterable["Table"]) -> str:
    """Return the tables one below the other; with colors only for a terminal."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDTH_ELSEWHERE)
    with console.capture() as capture:
        for table in tables:
            console.print(table)
            console.print()
    return "\n".join(line.rstrip() for line in capture.get().splitlines())
