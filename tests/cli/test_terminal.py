import json

import pytest

from lorewise.cli.terminal import Terminal


def test_notes_go_to_stderr_and_results_to_stdout(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    terminal.note("reading")
    terminal.result("done", {"n": 1})
    assert capsys.readouterr() == ("done\n", "reading\n")


def test_a_json_result_is_one_object_in_its_own_script(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal(as_json=True).result("done", {"title": "椅子"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"title": "椅子"}
    assert "椅子" in out


def test_quiet_leaves_the_result_alone(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(quiet=True)
    terminal.note("reading")
    with terminal.progress() as progress:
        progress("solving", 0.5)
    terminal.result("done", {})
    assert capsys.readouterr() == ("done\n", "")
