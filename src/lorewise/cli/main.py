"""The ``lorewise`` command: what it can do, and how its errors reach the shell."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Annotated

import typer

from lorewise.cli.advise import advise
from lorewise.cli.demo import demo
from lorewise.cli.doctor import doctor
from lorewise.cli.enrich import enrich
from lorewise.cli.evaluate import evaluate
from lorewise.cli.exit_codes import exit_code_of
from lorewise.cli.fit import fit
from lorewise.cli.inspection import inspect
from lorewise.cli.knowledge import knowledge
from lorewise.cli.recommend import recommend
from lorewise.cli.tune import tune
from lorewise.errors import LorewiseError

app = typer.Typer(
    name="lorewise",
    help="Recommend by what people did and by what is known about the items.",
    epilog="Exit codes: 0 done, 1 a fault of ours, 2 wrong use or bad input, 3 partly done.",
    no_args_is_help=True,
    rich_markup_mode=None,  # plain help starts in half the time
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (demo, inspect, advise, enrich, fit, tune, recommend, evaluate, doctor):
    app.command()(command)
app.add_typer(knowledge, name="knowledge")


def _show_version(wanted: bool) -> None:  # noqa: FBT001  typer passes it so
    if wanted:
        from importlib.metadata import version

        print(f"lorewise {version('lorewise')}")
        raise typer.Exit


@app.callback()
def _everything(
    *,
    show_version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Recommend by what people did and by what is known about the items."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command (by default that of the process) and return its exit code.

    An error is one line on stderr. ``LOREWISE_DEBUG=1`` shows the traceback before it.
    """
    if not _is_debugging():
        sys.excepthook = _report_fault
    try:
        return int(_command()(args=arguments, prog_name="lorewise", standalone_mode=False) or 0)
    except (typer.TyperException, LorewiseError, OSError) as error:
        if _is_debugging():
            traceback.print_exception(error)
        print(f"error: {_message(error)}", file=sys.stderr)
        return exit_code_of(error)


def _command() -> Callable[..., int | None]:
    """Return the command; calling ``app`` itself would put Typer's traceback before ours."""
    return typer.main.get_command(app)


def _is_debugging() -> bool:
    return os.environ.get("LOREWISE_DEBUG", "0") not in {"", "0"}


def _message(error: Exception) -> str:
    """Return one line that says what is wrong, with which value, and what to do."""
    if isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        help_command = f"{context.command_path if context else 'lorewise'} --help"
        text = f"{error.format_message().rstrip('.')}; see `{help_command}`"
    elif isinstance(error, OSError) and error.filename is not None:
        text = f"{error.filename}: {error.strerror}; check the path and its permissions"
    else:
        text = str(error)
    return " ".join(text.split())


def _report_fault(
    kind: type[BaseException], fault: BaseException, _traceback: TracebackType | None
) -> None:
    """Take the place of Python's traceback for what nobody expected; the exit code stays 1."""
    print(
        f"error: this is a fault in lorewise: {kind.__name__}: {' '.join(str(fault).split())}; "
        "run it again with LOREWISE_DEBUG=1 and report what it shows",
        file=sys.stderr,
    )
