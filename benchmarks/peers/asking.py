"""How a peer's module is asked: one fit and one list per user, in a process of its own.

    python -m peers.NAME SPLIT_DIR OUT.npz --model MODEL --settings JSON --fit-on train --seed 1

with ``benchmarks`` on the path of modules. The module says which ``MODELS`` it has; it loads its
package where it fits, so that its search spaces can be read without the package.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from peers.exchange import (
    FIT_ON,
    LIST_LENGTH,
    Answer,
    Events,
    Lists,
    SplitFolder,
    read_split,
    write_answer,
)
from peers.space import Settings, Space

Recommend = Callable[[NDArray[np.int32]], Lists]
"""The lists of these users, less what they met in the events that were learned from."""

Fit = Callable[[Events, Settings, int], Recommend]
"""What the settings make of the events; the number is a seed."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """A way to recommend, and what may be set."""

    fit: Fit
    space: Space
    start: Settings = field(default_factory=dict)
    """Settings of the first trial; its package's own for what is not named."""

    is_random: bool = True
    """Whether another seed gives other lists."""


def n_threads() -> int:
    """Return how many threads a model may use."""
    return int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)


def peak_mb() -> float:
    """Return the most memory that this process ever held.

    On Linux ``ru_maxrss`` begins with what the parent held when it started this process.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 * 1024 if sys.platform == "darwin" else 1024)


def asked(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("split", type=Path, help="a split folder")
    parser.add_argument("out", type=Path, help="the file to write")
    parser.add_argument("--model", required=True)
    parser.add_argument("--settings", type=json.loads, default={})
    parser.add_argument("--fit-on", choices=FIT_ON, default=FIT_ON[0])
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def answer(
    package: str, models: Mapping[str, Model], options: argparse.Namespace | None = None
) -> None:
    """Fit the model that the command line names and write its lists and costs."""
    options = options or asked()
    split = read_split(options.split)
    model = models[options.model]
    found = measured(split, options.fit_on, package, lambda known: _fit(model, known, options))
    write_answer(options.out, found)


def _fit(model: Model, known: Events, options: argparse.Namespace) -> Recommend:
    return model.fit(known, options.settings, options.seed)


def measured(
    split: SplitFolder, fit_on: str, package: str, fit: Callable[[Events], Recommend]
) -> Answer:
    """Fit once, ask for every user's list, and measure both."""
    known, users = split.known(fit_on), split.wanted(fit_on).users
    start_s = time.process_time()
    recommend = fit(known)
    cpu_s = time.process_time() - start_s
    start_s = time.perf_counter()
    lists = recommend(users)
    took_s = time.perf_counter() - start_s
    if lists.shape != (len(users), LIST_LENGTH):
        raise ValueError(f"{package} gave lists of shape {lists.shape} for {len(users)} users")
    return Answer(
        users=users,
        lists=lists.astype(np.int32),
        version=version(package),
        cpu_s=cpu_s,
        peak_mb=peak_mb(),
        users_per_s=len(users) / max(took_s, 1e-9),
    )
