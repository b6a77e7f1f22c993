"""How fast an encoder is on this machine and how much memory it takes, in a process of its own.

``python -m lorewise.pipeline.encoder_cost NAME`` reads texts as a JSON list from stdin and writes
its measure as a JSON object: so nothing that this process holds or has warmed up counts.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lorewise.encoders.text_blocks import pretrained
from lorewise.errors import LorewiseError
from lorewise.pipeline.cost_meter import peak_rss_mb

SECONDS = 2.0
"""How long the encoder is watched at most, one batch more or less."""

N_TEXTS = 512
"""Texts that it gets at most, repeats included."""

BATCH = 32

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
"""Environment variables that hold each library to one thread."""


@dataclass(frozen=True, kw_only=True)
class EncoderCost:
    """What one encoder takes on this machine."""

    texts_per_s: float
    """On one thread, with texts of the length given."""

    memory_mb: float
    """What loading it and encoding added to the process, in 10^6 bytes; 0 where the system does
    not tell."""


def measured(name: str, texts: Sequence[str]) -> EncoderCost:
    """Return the cost of the encoder of this name on some of these texts, empty ones left out.

    Raises:
        LorewiseError: It cannot be loaded or fails there; the message is its own.
    """
    written = [text for text in texts if text.strip()][:N_TEXTS]
    done = subprocess.run(
        [sys.executable, "-m", __name__, name],
        input=json.dumps(written),
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | dict.fromkeys(THREADS, "1"),
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LorewiseError(f"encoder {name!r} failed while its speed was measured: {last}")
    return EncoderCost(**json.loads(done.stdout))


def watched(name: str, texts: Sequence[str]) -> EncoderCost:
    """Return the cost as this process sees it; it should hold little else."""
    before = _peak_mb()
    encoder = pretrained(name)
    encoder.encode(texts[:1])  # what is loaded at first use is no matter of speed
    started, n_done = time.perf_counter(), 0
    while n_done < len(texts) and time.perf_counter() - started < SECONDS:
        n_done += len(encoder.encode(texts[n_done : n_done + BATCH]))
    elapsed = max(time.perf_counter() - started, 1e-9)
    return EncoderCost(texts_per_s=n_done / elapsed, memory_mb=_peak_mb() - before)


def _peak_mb() -> float:
    """Return this process's own peak; Linux passes the parent's on to ``getrusage``."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return peak_rss_mb() or 0.0
    return next(float(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


if __name__ == "__main__":
    print(json.dumps(asdict(watched(sys.argv[1], json.load(sys.stdin)))))  # noqa: T201  its answer
