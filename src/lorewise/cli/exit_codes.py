"""What the shell is told: the one table from errors to exit codes."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

import typer

from lorewise.errors import (
    ArtifactError,
    DataError,
    LorewiseError,
    MissingExtraError,
    SettingsError,
    StoreError,
)


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    OUR_FAULT = 1
    WRONG_USE = 2
    PARTLY_DONE = 3
    INTERRUPTED = 130


EXIT_CODES: Final[Mapping[type[BaseException], ExitCode]] = {
    typer.TyperException: ExitCode.WRONG_USE,
    OSError: ExitCode.WRONG_USE,
    DataError: ExitCode.WRONG_USE,
    SettingsError: ExitCode.WRONG_USE,
    MissingExtraError: ExitCode.WRONG_USE,
    ArtifactError: ExitCode.WRONG_USE,
    StoreError: ExitCode.WRONG_USE,
    LorewiseError: ExitCode.OUR_FAULT,
}
"""The nearest class of an error counts; what is not here is a fault of ours."""


def exit_code_of(error: BaseException) -> ExitCode:
    """Return the code that a command ends with after this error.

    >>> exit_code_of(FileNotFoundError()).name
    'WRONG_USE'
    """
    known = (EXIT_CODES[kind] for kind in type(error).__mro__ if kind in EXIT_CODES)
    return next(known, ExitCode.OUR_FAULT)
