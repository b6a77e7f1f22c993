import sys

import pytest

from lorewise.cli.progress import progress_on_stderr


def report_three(*, quiet: bool) -> None:
    with progress_on_stderr(quiet=quiet) as progress:
        progress("counting", 0.0)
        progress("counting", 0.25)
        progress("solving [1/2]", 0.5)


def test_each_stage_is_one_line_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    report_three(quiet=False)
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(" s ")[1] for line in err.splitlines()] == [
        "  0% counting",
        " 50% solving [1/2]",
    ]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    report_three(quiet=True)
    assert capsys.readouterr() == ("", "")


def test_a_terminal_gets_a_bar_on_stderr(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    report_three(quiet=False)
    out, err = capsys.readouterr()
    assert out == ""
    assert "50%" in err
    assert "solving [1/2]" in err
