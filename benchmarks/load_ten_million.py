"""Loads ten million synthetic interactions from Parquet and from CSV; prints seconds and memory.

    python benchmarks/load_ten_million.py [N_ROWS]

Each step has a process of its own: the peak of a process counts for those it starts, too.
"""

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from lorewise.data.sources import read

N_ROWS = 10_000_000
N_USERS = 500_000
N_ITEMS = 100_000
N_ROWS_WRITTEN = 1_000_000
START_S = 1_600_000_000
FORMATS = ("parquet", "csv")


def write(folder: Path, n_rows: int) -> None:
    """Write the same interactions in both formats."""
    rng = np.random.default_rng(0)
    table = pl.DataFrame(
        {
            "user_id": rng.integers(N_USERS, size=n_rows),
            "item_id": (rng.random(n_rows) ** 3 * N_ITEMS).astype(np.int64),
            "rating": rng.integers(1, 6, size=n_rows),
            "timestamp": START_S + rng.integers(10**8, size=n_rows),
        }
    ).with_columns(pl.format("user-{}", "user_id"), pl.format("item-{}", "item_id"))
    table = table.select("user_id", "item_id", "rating", "timestamp")
    table.write_parquet(folder / "interactions.parquet", row_group_size=N_ROWS_WRITTEN)
    table.write_csv(folder / "interactions.csv")


def load(file: Path) -> None:
    """Load one file and print what that took."""
    before_mb = peak_mb()
    start = time.perf_counter()
    dataset = read(file)
    seconds = time.perf_counter() - start
    print(
        f"{file.suffix[1:]:8} {dataset.n_interactions:>11,} rows {seconds:6.1f} s, peak "
        f"{peak_mb():,.0f} MB, of which {before_mb:,.0f} MB before the load",
        flush=True,
    )


def peak_mb() -> float:
    """Return the largest memory this process has held; Linux counts it in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(*arguments: str) -> None:
    """Run one step in a new process."""
    subprocess.run([sys.executable, __file__, *arguments], check=True)


def main() -> None:
    """Write both files into a temporary folder and load each; or take the step asked for."""
    match sys.argv[1:]:
        case ["write", folder, n_rows]:
            write(Path(folder), int(n_rows))
        case ["load", file]:
            load(Path(file))
        case arguments:
            with tempfile.TemporaryDirectory() as folder:
                run("write", folder, arguments[0] if arguments else str(N_ROWS))
                for name in FORMATS:
                    run("load", f"{folder}/interactions.{name}")


if __name__ == "__main__":
    main()
