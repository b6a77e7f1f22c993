"""How time, memory and quality of ``sequential_linear`` by ``local`` grow with the catalog.

    python benchmarks/growth.py [N_ITEMS ...]

Made data: items in clusters of 40 with vectors around the cluster's center, and users who walk
about a cluster and drift to the next; 12 events an item at every size. The floor is growth in
proportion, an exponent of 1. Bars: time and peak memory of the fit grow with an exponent of at
most 1.15 from 12,000 to 200,000 items; at the largest size NDCG@10 of the held-out last items of
2,000 users, the whole catalog ranked, is within 2 % of a fit with twice the regressors. Each size
has a process of its own.
"""

import json
import sys
import time
from dataclasses import replace

import numpy as np
from made_catalog import MadeCatalog
from measuring import Bar, conclude, mb_above_start, print_machine, step_alone
from next_item import ndcg_at_10

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings
from lorewise.models.inverted_file import InvertedFile
from lorewise.models.linear_settings import SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.testing.tiny import tiny_world

SIZES = (12_000, 25_000, 50_000, 100_000, 200_000)
N_USERS_JUDGED = 2_000
LOCAL = SequentialLinearSettings(solver="local")
TWICE = replace(LOCAL, n_predecessors=2 * LOCAL.n_predecessors, n_neighbors=2 * LOCAL.n_neighbors)


def compile_code() -> None:
    """Run what will be timed on a tiny world."""
    world = tiny_world()
    SequentialLinearScorer.fit(world.dataset, world.vectors, LOCAL)
    index = InvertedFile.fit(world.vectors, rng=np.random.default_rng(0))
    index.nearest(np.arange(world.dataset.n_items, dtype=np.int32), 5)


def step(n_items: int, settings: SequentialLinearSettings) -> dict[str, float]:
    """Fit one size; return seconds, peak MB and NDCG@10."""
    rng = np.random.default_rng(n_items)
    catalog = MadeCatalog.of(n_items, rng)
    dataset, vectors = catalog.training(), catalog.vectors(rng)
    compile_code()
    scorers: list[SequentialLinearScorer] = []
    start = time.perf_counter()
    peak_mb = mb_above_start(lambda: scorers.append(fitted(dataset, vectors, settings)))
    seconds = time.perf_counter() - start
    judged = np.sort(rng.choice(n_items, N_USERS_JUDGED, replace=False)).astype(np.int32)
    targets = catalog.walks[judged, -1]
    gains = ndcg_at_10(scorers[0], dataset.queries(judged), targets, n_items)
    return {"seconds": seconds, "peak_mb": peak_mb, "ndcg": float(gains.mean())}


def fitted(
    dataset: Dataset, vectors: Embeddings, settings: SequentialLinearSettings
) -> SequentialLinearScorer:
    """Fit."""
    return SequentialLinearScorer.fit(dataset, vectors, settings)


def exponent(sizes: list[int], values: list[float]) -> float:
    """Return the slope of the line through the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def main(sizes: list[int]) -> None:
    """Fit every size, the largest one with twice the regressors too, and compare."""
    print_machine()
    print(f"\n{'items':>8} {'fit':>9} {'an item':>10} {'peak':>10} {'NDCG@10':>8}")
    rows = []
    for n_items, form in [*((n, "local") for n in sizes), (sizes[-1], "twice")]:
        row = json.loads(step_alone(n_items, form))
        each_ms = 1e3 * row["seconds"] / n_items
        print(
            f"{n_items:>8} {row['seconds']:>7.1f} s {each_ms:>7.3f} ms {row['peak_mb']:>7.0f} MB "
            f"{row['ndcg']:>8.4f}  {form}",
            flush=True,
        )
        rows.append(row)
    *local, twice = rows
    conclude(
        Bar("exponent of time", exponent(sizes, [row["seconds"] for row in local]), 1.15),
        Bar("exponent of peak memory", exponent(sizes, [row["peak_mb"] for row in local]), 1.15),
        Bar(
            "NDCG@10 lost against twice the regressors", 1 - local[-1]["ndcg"] / twice["ndcg"], 0.02
        ),
    )


if __name__ == "__main__":
    match sys.argv[1:]:
        case [size, ("local" | "twice") as form]:
            print(json.dumps(step(int(size), LOCAL if form == "local" else TWICE)))
        case given:
            main([int(size) for size in given] or list(SIZES))
