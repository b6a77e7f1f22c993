"""What a piece of work took of the processor and of memory."""

import sys
from dataclasses import dataclass, field
from time import process_time

_DARWIN_UNIT, _LINUX_UNIT = 1, 1024
_BYTES_PER_MB = 1e6


@dataclass(frozen=True)
class CostMeter:
    """Started when made; read as often as you like."""

    started_s: float = field(default_factory=process_time)
    """Processor seconds of the process at the start."""

    @property
    def cpu_s(self) -> float:
        """Processor seconds since the start, all threads of the process added up."""
        return process_time() - self.started_s


def peak_rss_mb() -> float | None:
    """Return the largest resident memory of the process so far, in 10^6 bytes.

    None where the system does not say (Windows).
    """
    if sys.platform == "win32":
        return None
    from resource import RUSAGE_SELF, getrusage

    unit = _DARWIN_UNIT if sys.platform == "darwin" else _LINUX_UNIT
    return getrusage(RUSAGE_SELF).ru_maxrss * unit / _BYTES_PER_MB
