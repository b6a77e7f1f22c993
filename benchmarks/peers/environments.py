"""A virtual environment for each peer's package, made once and kept while its pins are the same."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ENVIRONMENTS = Path(__file__).parents[2] / ".peers"
"""Where they lie; not under version control."""

TORCH = "torch==2.13.0"
"""Of all pins the largest. Some indexes offer a build for graphics cards alone, of several GB: then
let pip find the one for processors first, as with ``PIP_FIND_LINKS``."""

PINS = {
    "implicit": ("implicit==0.7.3",),
    "lightfm": ("lightfm-next==1.19.0",),
    "irspack": ("irspack==0.5.2",),
    "lenskit": ("lenskit==2025.8.1", TORCH),  # later ones need Python 3.12.5
    "rectools": ("rectools[torch]==0.19.0", TORCH),
}
"""What each environment holds; pip chooses what the packages need themselves."""


class UnavailablePeerError(Exception):
    """A peer cannot be asked; the message says why."""


@dataclass(frozen=True)
class Environment:
    """A folder with an interpreter and pinned packages."""

    name: str
    pins: tuple[str, ...]
    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.folder / "bin" / "python"

    @property
    def is_ready(self) -> bool:
        """Whether these very pins were installed for this version of Python."""
        stamp = self._stamp
        return stamp.exists() and stamp.read_text(encoding="utf-8") == self._wanted

    def install(self) -> None:
        """Make the environment anew.

        Raises:
            UnavailablePeerError: It cannot be made, or pip cannot install the pins.
        """
        shutil.rmtree(self.folder, ignore_errors=True)
        self._run(sys.executable, "-m", "venv", str(self.folder))
        self._run(str(self.python), "-m", "pip", "install", "--quiet", *self.pins)
        self._stamp.write_text(self._wanted, encoding="utf-8")

    @property
    def _stamp(self) -> Path:
        return self.folder / "pins.txt"

    @property
    def _wanted(self) -> str:
        return "\n".join((sys.version.split()[0], *self.pins, ""))

    def _run(self, *command: str) -> None:
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise UnavailablePeerError(f"{self.name}: {last_line(done.stderr or done.stdout)}")


def python_for(name: str, pins: tuple[str, ...] | None = None, root: Path = ENVIRONMENTS) -> Path:
    """Return the interpreter that has the peer's package, installed now if it was not yet.

    Raises:
        UnavailablePeerError: It cannot be installed; the message is pip's last line.
    """
    environment = Environment(name, PINS[name] if pins is None else pins, root / name)
    if not environment.is_ready:
        environment.install()
    return environment.python


def last_line(told: str) -> str:
    """Return the last line that says something, notices of pip's own releases aside."""
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    told_last = [line for line in lines if not line.startswith(("[notice]", "WARNING"))]
    return (told_last or lines or ["it said nothing"])[-1]
