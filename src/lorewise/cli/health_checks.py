"""What can be wrong with a machine, one check each, with what to do about it."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final

MIN_FREE_DISK_GB: Final = 1.0
MIN_FREE_MEMORY_GB: Final = 2.0
_GB: Final = 1e9


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    state: State
    """``fail``: Lorewise will not work; ``warn``: not well."""

    what: str
    """What was looked at."""

    detail: str
    """What was found there."""

    advice: str = ""
    """What to do; empty where nothing is to be done."""


def python_version() -> Iterator[Finding]:
    """Yield the release of Python and where it is."""
    release = ".".join(map(str, sys.version_info[:3]))
    yield Finding(State.OK, "python", f"{release} in {sys.prefix}")


def packages() -> Iterator[Finding]:
    """Yield each package that Lorewise needs, and each that would add something."""
    for requirement in requires("lorewise") or []:
        condition, name = _extra_of(requirement), _package_of(requirement)
        try:
            yield Finding(State.OK, name, version(name))
        except PackageNotFoundError:
            yield _absent(name, condition)


def _package_of(requirement: str) -> str:
    """Return the name alone.

    >>> _package_of("numpy>=2.0; extra == 'x'")
    'numpy'
    """
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]


def _extra_of(requirement: str) -> str:
    return requirement.partition("extra == ")[2].strip("'\" ")


def _absent(name: str, extra: str) -> Finding:
    if extra:
        advice = f"optional: pip install 'lorewise[{extra}]'"
        return Finding(State.OK, name, "not installed", advice)
    return Finding(State.FAIL, name, "not installed", f"pip install {name}")


def linear_algebra() -> Iterator[Finding]:
    """Yield each library that computes on threads, with its number of threads."""
    import scipy.linalg  # noqa: F401  brings its own BLAS into the process
    from threadpoolctl import threadpool_info

    available = n_processors()
    for pool in threadpool_info():
        name = f"{pool['internal_api']} {pool['version'] or ''}".strip()
        found = f"{pool['num_threads']} threads on {available} processors"
        crowded = pool["num_threads"] > available
        advice = f"set OMP_NUM_THREADS={available}" if crowded else ""
        yield Finding(State.WARN if crowded else State.OK, name, found, advice)


def n_processors() -> int:
    """Return how many this process may use, which can be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def compiler() -> Iterator[Finding]:
    """Yield whether Numba compiles, and whether it can keep what it compiled."""
    try:
        import numpy as np

        from lorewise.cli.probe_kernels import summed

        works = summed(np.ones(3)) == 3.0  # noqa: PLR2004  1 + 1 + 1
    except (ImportError, RuntimeError) as error:
        advice = "set NUMBA_CACHE_DIR to a folder of yours, or reinstall numba"
        yield Finding(State.FAIL, "compiler", str(error), advice)
        return
    kept = f"compiles; keeps the result in {summed.stats.cache_path}"
    yield Finding(State.OK if works else State.FAIL, "compiler", kept)


def writable(what: str, folder: Path, advice: str) -> Finding:
    """Return whether the folder, or the nearest above it that exists, can be written."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if existing.is_dir() and os.access(existing, os.W_OK):
        return Finding(State.OK, what, str(folder))
    return Finding(State.WARN, what, f"{folder} cannot be written", advice)


def disk() -> Iterator[Finding]:
    """Yield whether the working directory has room for a model."""
    free_gb = shutil.disk_usage(Path.cwd()).free / _GB
    short = free_gb < MIN_FREE_DISK_GB
    advice = f"free {MIN_FREE_DISK_GB:.0f} GB before a fit" if short else ""
    yield Finding(State.WARN if short else State.OK, "disk", f"{free_gb:.1f} GB free", advice)


def memory() -> Iterator[Finding]:
    """Yield how much memory is free, within the limit of a container if there is one."""
    free_gb = free_memory_gb()
    if free_gb is None:
        yield Finding(State.OK, "memory", "this system does not say how much is free")
        return
    short = free_gb < MIN_FREE_MEMORY_GB
    advice = "close other programs, or use --effort fast" if short else ""
    yield Finding(State.WARN if short else State.OK, "memory", f"{free_gb:.1f} GB free", advice)


def free_memory_gb(
    system: Path = Path("/proc/meminfo"), container: Path = Path("/sys/fs/cgroup")
) -> float | None:
    """Return the free memory in 10^9 bytes; None where the system has no such files."""
    if not system.exists():
        return None
    fields = dict(line.split(":") for line in system.read_text().splitlines() if ":" in line)
    free = int(fields["MemAvailable"].split()[0]) * 1024
    limit, used = container / "memory.max", container / "memory.current"
    if limit.exists() and (most := limit.read_text().strip()) != "max":
        free = min(free, int(most) - int(used.read_text()))
    return free / _GB


def encoder() -> Iterator[Finding]:
    """Yield whether texts can be turned into vectors."""
    try:
        from lorewise.encoders.dense import StaticEncoder

        (vector,) = StaticEncoder.load().encode(["a film about the sea"])
    except (ImportError, OSError, ValueError, RuntimeError) as error:
        advice = "reinstall it: pip install --force-reinstall wordllama==0.4.0.post1"
        yield Finding(State.FAIL, "encoder", str(error), advice)
        return
    yield Finding(State.OK, "encoder", f"{StaticEncoder.name} gives {len(vector)} numbers a text")


def folders() -> Iterator[Finding]:
    """Yield whether the working directory and the cache of vectors can be written."""
    from lorewise.encoders.vector_cache import default_cache

    yield writable("working directory", Path.cwd(), "give models an --out elsewhere")
    yield writable("cache", default_cache(), "set LOREWISE_CACHE to a folder of yours")


CHECKS: Final[tuple[Callable[[], Iterator[Finding]], ...]] = (
    python_version,
    packages,
    linear_algebra,
    compiler,
    encoder,
    folders,
    disk,
    memory,
)
"""In the order in which they are shown."""
