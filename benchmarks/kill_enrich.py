"""Kills `lorewise enrich` at random moments, resumes it each time, and compares with no kill.

    python benchmarks/kill_enrich.py [N_KILLS]

A real HTTP server answers about made films; 4 calls in flight, 4 films a call. Bars: the final
store is that of an unbroken run, nothing stored was asked about again, and no more calls were
repeated than were in flight at the kills.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from measuring import Bar, conclude, print_machine

from lorewise.testing.killed_runs import BATCH_SIZE, CONCURRENCY, killed_runs

N_KILLS = 50


def main(n_kills: int) -> None:
    """Kill so many runs and print what came of it."""
    print_machine()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        report = killed_runs(Path(folder), n_kills, np.random.default_rng(0))
    print(f"{report.n_kills} kills in {time.perf_counter() - start:.0f} s")
    conclude(
        Bar("items that differ from an unbroken run", report.n_different, 0),
        Bar("items asked about although stored", report.n_repeated_although_stored, 0),
        Bar("calls in flight at the kills", report.n_interrupted, n_kills * CONCURRENCY),
        Bar("calls repeated", report.n_repeated / BATCH_SIZE, report.n_interrupted),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_KILLS)
