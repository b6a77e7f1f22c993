import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lorewise.cli import health_checks
from lorewise.errors import LanguageModelError

Run = Callable[..., Any]


HEAVY = [
    *["numpy", "polars", "scipy", "numba", "sklearn", "matplotlib", "wordllama"],
    *["sqlalchemy", "alembic", "httpx2"],
]


def shell(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: it for name, it in os.environ.items() if name != "LOREWISE_DEBUG"}
    return subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        env=inherited | environment,
    )


def test_help_lists_every_command_and_the_exit_codes(run: Run) -> None:
    outcome = run("--help")
    assert outcome.code == 0
    for word in [
        "demo",
        "inspect",
        "enrich",
        "advise",
        "knowledge",
        "fit",
        "recommend",
        "evaluate",
        "doctor",
        "3 partly",
    ]:
        assert word in outcome.out


def test_showing_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from lorewise.cli.main import main; main(['fit', '--help']); "
        f"sys.exit(str([name for name in {HEAVY} if name in sys.modules]))"
    )
    assert shell(code).stderr.strip() == "[]"


def test_the_version_is_that_of_the_package(run: Run) -> None:
    outcome = run("--version")
    assert (outcome.code, outcome.out.split()[0]) == (0, "lorewise")


@pytest.mark.parametrize(
    "arguments",
    [["fti"], ["fit", "--dta", "x"], ["fit"], ["recommend", "--model", "x", "--k", "0"]],
)
def test_wrong_use_is_one_line_on_stderr_that_names_the_help(
    run: Run, arguments: list[str]
) -> None:
    outcome = run(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert "--help`" in outcome.err


def test_a_missing_folder_is_one_line_that_names_it(run: Run, tmp_path: Path) -> None:
    outcome = run("inspect", tmp_path / "absent")
    assert (outcome.code, outcome.out) == (2, "")
    assert "absent" in outcome.err
    assert outcome.err.count("\n") == 1


def test_an_operating_system_error_names_the_path(run: Run, recommender: Any) -> None:
    outcome = run("recommend", "--model", "m", "--users", "/absent/users.txt")
    assert outcome.code == 2
    assert outcome.err == (
        "error: /absent/users.txt: No such file or directory; check the path and its permissions\n"
    )


def test_debugging_shows_the_traceback_and_the_same_code(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOREWISE_DEBUG", "1")
    outcome = run("inspect", tmp_path / "absent")
    assert outcome.code == 2
    assert "Traceback" in outcome.err


def failing_check(error: BaseException) -> Callable[[], Any]:
    def check() -> None:
        raise error

    return check


def test_an_error_of_many_lines_becomes_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    check = failing_check(LanguageModelError("no answer\nat all"))
    monkeypatch.setattr(health_checks, "CHECKS", [check])
    outcome = run("doctor")
    assert (outcome.code, outcome.err) == (1, "error: no answer at all\n")


BROKEN = (
    "import sys; from lorewise.cli import health_checks, main; "
    "health_checks.CHECKS = [lambda: {}['key']]; sys.exit(main.main(['doctor']))"
)


def test_a_fault_of_ours_ends_with_1_and_says_how_to_report_it() -> None:
    ended = shell(BROKEN)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert (
        "a fault in lorewise: KeyError: 'key'; run it again with LOREWISE_DEBUG=1" in ended.stderr
    )


def test_a_fault_of_ours_shows_its_traceback_when_debugging() -> None:
    ended = shell(BROKEN, LOREWISE_DEBUG="1")
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr


def test_an_interrupt_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_checks, "CHECKS", [failing_check(KeyboardInterrupt())])
    assert run("doctor").code == 130
