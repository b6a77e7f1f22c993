"""Next-item quality of the transformer, beside the closed form and popularity.

    python benchmarks/transformer.py DATA_DIR [--settings JSON] [--checkpoints FOLDER]

Each user's last item is held out and ranked among the whole catalog, less what the user has met.
Inside the training data the last events of some users choose when training ends and how loud
knowledge is; no test event is looked at. Printed are the learning curves, the processor seconds,
and NDCG@10 and HR@10 of both nets together, of each alone, and of the other models with default
settings.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from measuring import print_machine
from next_item import encoded

from lorewise.data.splitting import split
from lorewise.data.splitting.partition import Split
from lorewise.evaluation.accuracy import ndcg, recall
from lorewise.evaluation.ranks import RankedTargets
from lorewise.models.registry import model_class, settings_class
from lorewise.models.transformer import TransformerScorer
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.pipeline.validation import targets_of
from lorewise.stages import CatalogScorer

OTHERS = ("sequential_linear", "linear", "popularity")
CUTOFF = 10


def wanted() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--settings", type=json.loads, default={}, help="of the transformer")
    parser.add_argument("--checkpoints", type=Path)
    return parser.parse_args()


def report(name: str, scorer: CatalogScorer, parted: Split, cpu_s: float | None = None) -> None:
    """Print how well the scorer finds the held-out items."""
    queries = parted.history.queries(parted.target_users)
    targets = targets_of(parted, parted.target_users)
    everything = np.arange(parted.train.n_items, dtype=np.int32)
    parts = []
    for start, stop in batches(queries, parted.train.n_items):
        scored = scored_candidates(scorer, queries.part(start, stop), everything)
        parts.append(RankedTargets.from_scores(scored, targets.part(start, stop)))
    ranked = RankedTargets.joined(parts)
    figures = np.nanmean(ndcg(ranked, CUTOFF)), np.nanmean(recall(ranked, CUTOFF))
    took = "" if cpu_s is None else f"{cpu_s:10.0f}"
    print(f"{name:24} {figures[0]:8.4f} {figures[1]:8.4f} {took}", flush=True)


def main() -> None:
    """Print the comparison."""
    options = wanted()
    print_machine()
    settings = TransformerSettings(**options.settings)
    dataset, vectors = encoded(options.data)
    parted = split(dataset, "last-item", 0)
    print(f"{options.data}: {dataset.n_users} users, {dataset.n_items} items; {settings}")
    start_s = time.process_time()
    scorer = TransformerScorer.fit(parted.train, vectors, settings, checkpoints=options.checkpoints)
    cpu_s = time.process_time() - start_s
    for name, net in scorer.nets.items():
        print(f"{name}: {len(net.curve)} epochs, validation {net.curve.round(4).tolist()}")
    print(f"weight of knowledge {scorer.knowledge_share}")
    print(f"\n{'model':24} {'NDCG@10':>8} {'HR@10':>8} {'fit, CPU s':>10}")
    report("transformer", scorer, parted, cpu_s)
    report("  on ids alone", replace(scorer, knowledge_share=0.0), parted)
    report("  on knowledge alone", replace(scorer, knowledge_share=1.0), parted)
    for name in OTHERS:
        start_s = time.process_time()
        other = model_class(name).fit(parted.train, vectors, settings_class(name)())
        report(name, other, parted, time.process_time() - start_s)


if __name__ == "__main__":
    main()
