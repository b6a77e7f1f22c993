"""How long one new item takes from its title to being recommended, among 100,000 items.

    python benchmarks/arrival.py [N_ITEMS]

A model is fitted to a made catalog; then items arrive one by one, each with nothing but a title:
it is encoded, added to the catalog and solved alone. The floor is one pass over the
``n_items`` x ``dim`` matrix that reads a vector's column off the fitted ones. Bar: at most 10 ms,
median and 99th percentile of 200 arrivals.
"""

import sys
import time

import numpy as np
import polars as pl
from made_catalog import MadeCatalog
from measuring import Bar, conclude, print_machine, seconds_of

from lorewise.encoders.blocks import FittedBlocks, encode_items
from lorewise.models.linear_settings import SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.pipeline.knowledge_space import KnowledgeSpace

N_ITEMS = 100_000
N_ARRIVALS = 200
N_WARM_UP = 5
STEPS = ("encode", "add to the catalog", "solve alone")


def arrive(
    title: str, blocks: FittedBlocks, space: KnowledgeSpace, scorer: SequentialLinearScorer
) -> tuple[float, ...]:
    """Let one item in; return the seconds of each step."""
    start = time.perf_counter()
    features = blocks.encode_new(pl.DataFrame({"item_id": ["new"], "title": [title]}))
    vectors = space.placed(features, {}, 1)
    encoded = time.perf_counter()
    scorer.with_new_items(vectors)
    added = time.perf_counter()
    scorer.solve_item(vectors[0])
    return encoded - start, added - encoded, time.perf_counter() - added


def main(n_items: int) -> None:
    """Fit, let items arrive, and sum up."""
    print_machine()
    rng = np.random.default_rng(0)
    catalog = MadeCatalog.of(n_items, rng)
    titles = catalog.titles(rng)
    dataset = catalog.training(titles)
    blocks = encode_items(dataset, cache=None)
    space = KnowledgeSpace.of(blocks.features, n_items)
    vectors = space.vectors({})
    settings = SequentialLinearSettings(solver="local")
    scorer = SequentialLinearScorer.fit(dataset, vectors, settings)
    new = [f"{titles[at]} {n}" for n, at in enumerate(rng.choice(n_items, N_ARRIVALS + N_WARM_UP))]
    seconds = np.array([arrive(title, blocks, space, scorer) for title in new])[N_WARM_UP:]
    floor_ms = 1e3 * seconds_of(lambda: scorer.cold.reader @ vectors[0], repeats=20)
    print(f"{n_items} items, {vectors.shape[1]} dimensions; floor {floor_ms:.2f} ms")
    print(f"\n{'step':20} {'median':>9} {'p99':>9}")
    for name, values in zip(STEPS, 1e3 * seconds.T, strict=True):
        print(f"{name:20} {np.median(values):>6.2f} ms {np.quantile(values, 0.99):>6.2f} ms")
    total_ms = 1e3 * seconds.sum(axis=1)
    conclude(
        Bar("ms of an arrival, median", float(np.median(total_ms)), 10),
        Bar("ms of an arrival, 99th percentile", float(np.quantile(total_ms, 0.99)), 10),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_ITEMS)
