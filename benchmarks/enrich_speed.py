"""Fills a store with recorded knowledge about made items by `lorewise enrich`; seconds and memory.

    python benchmarks/enrich_speed.py [N_ITEMS]

From the start of the process to its end: it reads the data and the records, puts questions
together, checks answers, files calls and knowledge, each safe on disk. Nothing waits: the time is
the processor's and the disk's. The records are held in memory; the rest of a run does not grow
with the answers. Bars: 2,000 items a second end to end, and a peak that grows by at most 6 KB an
item from a quarter of the items to all.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from made_catalog import MadeCatalog
from measuring import Bar, conclude, print_machine

from lorewise.storage.knowledge_store import KnowledgeStore

N_ITEMS = 100_000
FACETS = ("creators", "setting", "mood", "style", "audience", "reception")
COMMAND = "import sys; from lorewise.cli.main import main; sys.exit(main())"


def write(folder: Path, n_items: int) -> None:
    """Write titles and descriptions, one event each, and a record of each item."""
    rng = np.random.default_rng(0)
    titles = MadeCatalog.of(n_items, rng).titles(rng)
    names = [f"{title} {number}" for number, title in enumerate(titles)]
    ids = [str(number) for number in range(n_items)]
    plots = [
        f"{title}. {' '.join(title.split()[::-1])} in the house of {title}." for title in titles
    ]
    table = {"item_id": ids, "title": names, "description": plots}
    pl.DataFrame(table).write_parquet(folder / "items.parquet")
    events = pl.DataFrame({"user_id": ids, "item_id": ids})
    events.write_parquet(folder / "interactions.parquet")
    with (folder / "lore.jsonl").open("w", encoding="utf-8") as file:
        for key, title in zip(ids, titles, strict=True):
            words = title.split()
            texts = {name: f"{words[at % len(words)]} {title}" for at, name in enumerate(FACETS)}
            lists = {"people": words[:4], "themes": words[1:5], "similar": words[2:5]}
            record = {"id": key, **texts, **lists, "confidence": "high"}
            file.write(json.dumps(record) + "\n")


def enriched(n_items: int) -> tuple[float, float]:
    """Return seconds and peak MB of one run in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, n_items)
        url = f"sqlite:///{folder / 'lore.db'}"
        arguments = ["--data", str(folder), "--store", url]
        arguments += ["--recorded", str(folder / "lore.jsonl"), "--quiet"]
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", COMMAND, "enrich", "items", *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - start
        with KnowledgeStore.open(url) as store:
            stored = store.counts()["item", "done"]
    if stored != n_items:
        raise RuntimeError(f"{stored} of {n_items} items are stored")
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main(n_items: int) -> None:
    """Measure a quarter of the items, then all: the peak of children only grows."""
    print_machine()
    sizes = [n_items // 4, n_items]
    seconds, peaks = zip(*map(enriched, sizes), strict=True)
    for size, taken, peak in zip(sizes, seconds, peaks, strict=True):
        print(f"{size:>8} items {taken:6.1f} s, {size / taken:7.0f} items/s, peak {peak:5.0f} MB")
    growth_kb = 1024 * (peaks[1] - peaks[0]) / (sizes[1] - sizes[0])
    conclude(
        Bar("items a second", n_items / seconds[1], 2_000, is_at_most=False),
        Bar("growth of the peak in KB an item", growth_kb, 6),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else N_ITEMS)
