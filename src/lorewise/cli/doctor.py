"""``lorewise doctor``: is this machine fit for the work?"""

from dataclasses import asdict
from typing import TYPE_CHECKING

from lorewise.cli.exit_codes import ExitCode
from lorewise.cli.options import Json, Quiet
from lorewise.cli.terminal import Terminal

if TYPE_CHECKING:
    from lorewise.cli.health_checks import Finding


def doctor(*, as_json: Json = False, quiet: Quiet = False) -> ExitCode:
    """Check whether this machine is fit for the work.

    Looks at Python, packages, threads, compiler, encoder, folders, disk and memory. Ends with 2
    if any check failed; a warning is no failure.
    """
    from lorewise.cli.health_checks import CHECKS, State

    terminal = Terminal(as_json=as_json, quiet=quiet)
    findings = [finding for check in CHECKS for finding in check()]
    is_fit = all(finding.state is not State.FAIL for finding in findings)
    content = {"is_fit": is_fit, "findings": [asdict(finding) for finding in findings]}
    terminal.result("\n".join(_line(finding) for finding in findings), content)
    return ExitCode.DONE if is_fit else ExitCode.WRONG_USE


def _line(finding: "Finding") -> str:
    advice = f"; {finding.advice}" if finding.advice else ""
    return f"{finding.state:<4}  {finding.what}: {finding.detail}{advice}"
