import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from lorewise.cli import health_checks
from lorewise.cli.health_checks import Finding, State

Run = Callable[..., Any]


def find(monkeypatch: pytest.MonkeyPatch, state: State) -> None:
    def check() -> Iterator[Finding]:
        yield Finding(State.OK, "python", "3.11")
        yield Finding(state, "disk", "full", "buy one")

    monkeypatch.setattr(health_checks, "CHECKS", (check,))


def test_each_finding_is_a_line_with_state_and_advice(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(monkeypatch, State.WARN)
    outcome = run("doctor")
    assert outcome.out == "ok    python: 3.11\nwarn  disk: full; buy one\n"
    assert outcome.code == 0


def test_one_failed_check_ends_with_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    find(monkeypatch, State.FAIL)
    outcome = run("doctor", "--json")
    assert outcome.code == 2
    assert json.loads(outcome.out)["is_fit"] is False


def test_this_machine_is_fit_enough_to_run_the_tests(run: Run) -> None:
    assert "fail" not in run("doctor").out
