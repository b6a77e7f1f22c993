import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from peers.environments import UnavailablePeerError, last_line, python_for

Done = subprocess.CompletedProcess[str]


class Commands:
    """Takes the place of processes: notes them, and makes the last of some fail."""

    def __init__(self, folder: Path, told: str = "") -> None:
        self.folder, self.told = folder, told
        self.made: list[tuple[str, ...]] = []

    def __call__(self, command: tuple[str, ...], **_: object) -> Done:
        self.made.append(command)
        self.folder.mkdir(parents=True, exist_ok=True)
        fails = bool(self.told) and "pip" in command
        return subprocess.CompletedProcess(command, int(fails), stdout="", stderr=self.told)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Commands]:
    def install(told: str) -> Commands:
        made = Commands(tmp_path / "some", told)
        monkeypatch.setattr("peers.environments.subprocess.run", made)
        return made

    return install


def test_an_environment_is_made_again_only_if_its_pins_changed(
    commands: Callable[[str], Commands], tmp_path: Path
) -> None:
    made = commands("")
    python = python_for("some", ("some==1",), tmp_path)
    assert python == tmp_path / "some" / "bin" / "python"
    assert made.made[1][-1] == "some==1"
    python_for("some", ("some==1",), tmp_path)
    assert len(made.made) == 2
    python_for("some", ("some==2",), tmp_path)
    assert len(made.made) == 4


def test_a_peer_that_cannot_be_installed_is_named_with_what_pip_said_last(
    commands: Callable[[str], Commands], tmp_path: Path
) -> None:
    commands("collecting\nERROR: No matching distribution found for some==1\n[notice] new pip\n")
    for _ in range(2):  # a failed environment is not taken for a ready one
        with pytest.raises(UnavailablePeerError, match="some: ERROR: No matching distribution"):
            python_for("some", ("some==1",), tmp_path)


def test_a_program_that_said_nothing_is_quoted_so() -> None:
    assert last_line("  \n") == "it said nothing"
