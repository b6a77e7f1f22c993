"""The same number of trials for every model, then one fit on all but the test and one look."""

import json
import math
import os
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from zlib import crc32

import numpy as np

from peers.asking import Model
from peers.environments import UnavailablePeerError, last_line
from peers.exchange import FIT_ON, Answer, read_answer
from peers.space import Settings, draw

BENCHMARKS = Path(__file__).parents[1]


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A model, and how its process is started."""

    name: str
    module: str
    """That is run, such as ``peers.ease``."""

    key: str
    """Of the model in the module."""

    model: Model
    python: Path
    """Interpreter of the environment that has the package."""

    search_path: tuple[Path, ...] = ()
    """Folders of modules beside ``benchmarks``."""

    about: Settings = field(default_factory=dict)
    """Given with the settings of every trial, but not tuned."""

    pins: tuple[str, ...] = ()
    """What was installed; answers of other pins are not used again."""


Ask = Callable[[Contender, Settings, str, int], Answer]
"""What a contender answers with these settings, fitted on this, with this seed."""

Judge = Callable[[Answer], float]
"""The figure that decides, higher is better."""


@dataclass(frozen=True, kw_only=True)
class Asking:
    """Starts a process for each fit; an answer that lies in ``work`` is not asked for again."""

    split: Path
    """A split folder."""

    digest: str
    """Of the split."""

    work: Path
    n_threads: int
    """Of each fit."""

    def __call__(self, contender: Contender, settings: Settings, fit_on: str, seed: int) -> Answer:
        """Return the answer.

        Raises:
            UnavailablePeerError: The process failed; the message is the last line it told.
        """
        self.work.mkdir(parents=True, exist_ok=True)
        given = json.dumps(contender.about | settings)
        about = [self.digest, self.n_threads, contender.module, contender.key, contender.pins]
        told = json.dumps([*about, given, fit_on, seed]).encode() + _code_of(contender)
        out = self.work / f"{blake2b(told, digest_size=12).hexdigest()}.npz"
        if not out.exists():
            command = [contender.python, "-m", contender.module, self.split.absolute()]
            command += [out.with_suffix(".partial.npz").absolute(), "--model", contender.key]
            command += ["--settings", given, "--fit-on", fit_on, "--seed", seed]
            self._run(contender, [str(word) for word in command])
            out.with_suffix(".partial.npz").rename(out)
        return read_answer(out)

    def _run(self, contender: Contender, command: Sequence[str]) -> None:
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, env=self._environment(contender)
        )
        if done.returncode:
            ending = f"ended with {done.returncode}: {last_line(done.stderr or done.stdout)}"
            raise UnavailablePeerError(f"{contender.name} {ending}")

    def _environment(self, contender: Contender) -> dict[str, str]:
        names = ("OMP", "OPENBLAS", "MKL", "NUMBA", "LK")  # the last is that of LensKit
        threads = {f"{name}_NUM_THREADS": str(self.n_threads) for name in names}
        path = os.pathsep.join(map(str, (BENCHMARKS, *contender.search_path)))
        return os.environ | threads | {"PYTHONPATH": path}


def _code_of(contender: Contender) -> bytes:
    """Return the text of the modules that give the answer, the package's own aside."""
    names = (contender.module, "peers.asking", "peers.exchange", "peers.ranking")
    files = [BENCHMARKS / f"{name.replace('.', '/')}.py" for name in names]
    return b"".join(file.read_bytes() for file in files if file.exists())


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """The best of a contender's trials."""

    contender: Contender
    settings: Settings
    quality: float
    """By which they were chosen: it flatters. NaN without trials."""

    n_trials: int
    """Those that failed included."""


def tune(contender: Contender, ask: Ask, judge: Judge, *, n_trials: int, seed: int) -> Tuned:
    """Return the best settings: the first trial takes the start, the others are drawn at random.

    Where there is nothing to choose between, the start stands without a trial. A trial that fails
    counts as one, without a figure.

    Raises:
        UnavailablePeerError: Every trial failed; the message is that of the last one.
    """
    rng = np.random.default_rng([seed, crc32(contender.name.encode())])
    model = contender.model
    found: list[tuple[float, Settings]] = []
    failure = None
    count = n_trials if model.space else 1
    if count == 1:
        return Tuned(contender=contender, settings=model.start, quality=math.nan, n_trials=0)
    for number in range(count):
        settings = model.start | (draw(model.space, rng) if number else {})
        head = f"{contender.name}, trial {number + 1} of {count}"
        try:
            quality = judge(ask(contender, settings, FIT_ON[0], seed))
        except UnavailablePeerError as error:
            failure = error
            print(f"{head} failed: {error}; {settings}", flush=True)
            continue
        print(f"{head}: {quality:.4f} {settings}", flush=True)
        found.append((quality, settings))
    if not found:
        raise failure or UnavailablePeerError(f"{contender.name} had no trial")
    best, settings = max(found, key=lambda pair: pair[0])
    return Tuned(contender=contender, settings=settings, quality=best, n_trials=count)


def last_fits(tuned: Tuned, ask: Ask, seeds: Sequence[int]) -> list[Answer]:
    """Return the answers for the test: one fit for each seed, or one in all without chance."""
    needed = seeds if tuned.contender.model.is_random else seeds[:1]
    return [ask(tuned.contender, tuned.settings, FIT_ON[1], seed) for seed in needed]
