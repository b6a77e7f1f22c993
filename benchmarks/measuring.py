"""What the benchmarks share: a clock, the peak of memory, a step of its own, and the verdict."""

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_info


@dataclass(frozen=True)
class Bar:
    """One measured figure and what it has to be."""

    name: str
    value: float
    bar: float
    is_at_most: bool = True
    """Whether less is better."""

    @property
    def is_met(self) -> bool:
        """Whether the figure is good enough; NaN is not."""
        return self.value <= self.bar if self.is_at_most else self.value >= self.bar


def conclude(*bars: Bar) -> None:
    """Print each figure beside its bar, and end with an exit code of 1 if any is short."""
    print(f"\n{'figure':58} {'measured':>10} {'bar':>11}")
    for bar in bars:
        sign = "<=" if bar.is_at_most else ">="
        verdict = "PASS" if bar.is_met else "SHORT"
        print(f"{bar.name:58} {bar.value:>10.4g} {sign} {bar.bar:>8.4g}  {verdict}")
    sys.exit(not all(bar.is_met for bar in bars))


def print_machine() -> None:
    """Say where the figures come from, and how busy it was."""
    blas = {pool["internal_api"]: pool["num_threads"] for pool in threadpool_info()}
    print(f"{_processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before;")
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, threads {blas}", flush=True)


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def seconds_of(work: Callable[[], Any], *, repeats: int = 1) -> float:
    """Return the seconds of the fastest of some calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def mb_above_start(work: Callable[[], Any]) -> float:
    """Return the peak of this process during the call, less what it held before; Linux alone."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts anew
    before = _status_mb("VmRSS")
    work()
    return _status_mb("VmHWM") - before


def _status_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(field)) / 1024


def step_alone(*arguments: object) -> str:
    """Run this script with these arguments in a process of its own; return its last line."""
    command = [sys.executable, sys.argv[0], *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip().splitlines()[-1]
