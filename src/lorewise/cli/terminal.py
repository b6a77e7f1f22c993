"""The two streams: results on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from lorewise.cli.progress import Progress, progress_on_stderr


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """How one command speaks."""

    as_json: bool = False
    """Whether the result is one JSON object instead of text."""

    quiet: bool = False
    """Whether notes and progress are left out."""

    def note(self, text: str) -> None:
        """Tell the person at the terminal, not the program that reads the result."""
        if not self.quiet:
            print(text, file=sys.stderr)

    def progress(self) -> AbstractContextManager[Progress]:
        """Return a callable, told stage and share done, that shows them on stderr."""
        return progress_on_stderr(quiet=self.quiet)

    def result(self, text: str, content: Mapping[str, Any]) -> None:
        """Print the command's only output: ``text``, or ``content`` as one JSON object."""
        print(json.dumps(content, indent=2, ensure_ascii=False) if self.as_json else text)
