"""A local model's server in a process of its own, which lives no longer than this one."""

import json
import secrets
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import IO, Self

from lorewise.errors import LanguageModelError, MissingExtraError, SettingsError
from lorewise.llm.ranges import check_least, check_positive

_MAGIC = b"GGUF"
_PROGRAM = [sys.executable, "-P", "-m", "lorewise.llm.gguf_server"]


@dataclass(frozen=True, kw_only=True)
class LocalGgufSettings:
    """How a local model runs."""

    n_threads: int = 1
    """At least 1; more only where as many cores are idle, since threads wait by spinning."""

    n_context: int = 4_096
    """Tokens of one question and its answer together; at least 1."""

    n_parallel: int = 1
    """Questions answered at once; each takes memory for its context; at least 1."""

    start_timeout_s: float = 120.0
    """Until the model is loaded; above 0."""

    timeout_s: float = 600.0
    """For one answer, the wait for its turn included; above 0."""

    def __post_init__(self) -> None:
        check_least(self, 1, "n_threads", "n_context", "n_parallel")
        check_positive(self, "start_timeout_s", "timeout_s")


@dataclass
class GgufProcess:
    """The running server; ``stop`` it."""

    base_url: str
    api_key: str = field(repr=False)
    """Made up for this process alone, so that nobody else on the machine asks."""

    process: subprocess.Popen[bytes] = field(repr=False)

    @classmethod
    def start(cls, path: Path, settings: LocalGgufSettings) -> Self:
        """Return when the model is loaded and its server listens on 127.0.0.1.

        Raises:
            MissingExtraError: The package ``xllamacpp`` is not installed.
            SettingsError: The file is no GGUF file.
            LanguageModelError: The model does not load, or not in time.
        """
        _check(path)
        key = secrets.token_hex(16)
        with TemporaryFile() as log:
            process = _started(log)
            address = _address(process, _wish(path, key, settings), settings.start_timeout_s)
            if not address:
                _end(process)
                raise LanguageModelError(
                    f"the local model {path.name} did not start ({_last_line(log)}); check that "
                    "the file is whole, that memory suffices, and allow more time"
                )
        return cls(f"{address}/v1", key, process)

    def stop(self) -> None:
        """End the process at once; twice does no harm."""
        _end(self.process)


def _check(path: Path) -> None:
    if find_spec("xllamacpp") is None:
        raise MissingExtraError(
            "a local model needs the package 'xllamacpp', which is not installed; "
            "run: pip install 'lorewise[local-llm]'"
        )
    try:
        with path.open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}; check the path") from error
    if magic != _MAGIC:
        raise SettingsError(
            f"{path} is no GGUF file (it starts with {magic!r}); give a model in that format"
        )


def _started(log: IO[bytes]) -> subprocess.Popen[bytes]:
    # In a session of its own, so that Ctrl-C reaches this process alone and answers that are
    # under way can be awaited.
    return subprocess.Popen(
        _PROGRAM,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )


def _wish(path: Path, key: str, settings: LocalGgufSettings) -> bytes:
    wish = {
        "path": str(path.resolve()),
        "api_key": key,
        "n_threads": settings.n_threads,
        "n_context": settings.n_context,
        "n_parallel": settings.n_parallel,
    }
    return json.dumps(wish).encode() + b"\n"


def _address(process: subprocess.Popen[bytes], wish: bytes, timeout_s: float) -> str:
    """Return what the program writes once it listens; empty where it ended before."""
    if process.stdin is None or process.stdout is None:
        return ""
    with suppress(BrokenPipeError):  # it has ended; its log says why
        process.stdin.write(wish)
    timer = Timer(timeout_s, process.kill)
    timer.start()
    try:
        return process.stdout.readline().decode().strip()
    finally:
        timer.cancel()


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _last_line(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "without a word")
