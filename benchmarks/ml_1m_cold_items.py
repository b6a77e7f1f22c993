"""MovieLens-1M under the protocol of ALDI: a fifth of the items cold, three lists.

    python benchmarks/ml_1m_cold_items.py ML1M [--effort balanced] [--seed 42]

Source: Huang et al., ALDI, SIGIR 2023, whose split LLM-InS (Huang et al., 2024) uses too. A fifth
of the items lose all their interactions, one half of them for validation, the other for the test;
of all other interactions eight tenths are for training, one for validation and one for the test,
drawn one by one. Every interaction counts alike and has no time, as there. The lists rank the cold
items of both halves, the warm items, and all items, less what the user met in training; truth are
the test parts. Everything is chosen inside the training part: the validation parts are left alone.

What cannot be matched: the draw itself (the same seed, another generator), and the content, which
there is a vector of 300 numbers and here title, year, genres and description of the data set.
"""

import argparse
from dataclasses import dataclass, replace

import numpy as np
from measuring import Bar, conclude, print_machine

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import ItemNumbers
from lorewise.data.sources import read
from lorewise.evaluation.accuracy import PerUser, ndcg, recall
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.significance import bootstrap_intervals
from lorewise.evaluation.targets import Targets
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.stages import CatalogScorer

COLD_SHARE, TRAIN_SHARE, VALIDATION_SHARE = 0.2, 0.8, 0.1
CUTOFF = 20

PUBLISHED = {
    "ALDI": {"cold": (0.1229, 0.1295), "warm": (0.3130, 0.3008), "overall": (0.1428, 0.2316)},
    "LLM-InS": {"cold": (0.1759, 0.1762), "warm": (0.3314, 0.3186), "overall": (0.1506, 0.2468)},
}
"""Recall@20 and NDCG@20 over LightGCN, as the paper of LLM-InS prints them."""


@dataclass(frozen=True)
class Asked:
    """A list's candidates, and what belongs into it."""

    candidates: ItemNumbers
    held_out: Dataset


def without_order(dataset: Dataset) -> Dataset:
    """Return the data with nothing but who met what; rows by id, which is seen to be no order."""
    ids = np.asarray(dataset.items.ids).astype(np.float64)
    rows = np.lexsort((ids[dataset.item_numbers], dataset.user_numbers))
    n = dataset.n_interactions
    return replace(
        dataset,
        item_numbers=dataset.item_numbers[rows],
        weights=np.ones(n, dtype=np.float32),
        ratings=np.full(n, np.nan, dtype=np.float32),
        timestamps_s=np.zeros(n, dtype=np.int64),
        repeatable=dataset.repeatable[rows],
        has_times=False,
    )


def parted(dataset: Dataset, rng: np.random.Generator) -> tuple[Dataset, dict[str, Asked]]:
    """Return the training part, and the lists by name."""
    met = np.unique(dataset.item_numbers)
    cold = rng.permutation(met)[: round(COLD_SHARE * len(met))]
    cold_test = cold[len(cold) // 2 :]
    is_cold = np.isin(dataset.item_numbers, cold)
    places = rng.random(dataset.n_interactions)
    warm_test = ~is_cold & (places >= TRAIN_SHARE + VALIDATION_SHARE)
    train = dataset.only(~is_cold & (places < TRAIN_SHARE))
    in_cold_test = np.isin(dataset.item_numbers, cold_test)
    everything = np.arange(dataset.n_items, dtype=np.int32)
    return train, {
        "cold": Asked(np.sort(cold), dataset.only(in_cold_test)),
        "warm": Asked(np.setdiff1d(everything, cold), dataset.only(warm_test)),
        "overall": Asked(everything, dataset.only(warm_test | in_cold_test)),
    }


def judged(scorer: CatalogScorer, train: Dataset, asked: Asked) -> tuple[PerUser, PerUser]:
    """Return recall and NDCG of each user who has a history and something in the list."""
    held_out = asked.held_out
    users = np.intersect1d(held_out.user_numbers, train.user_numbers)
    kept = np.isin(held_out.user_numbers, users)
    rows = np.searchsorted(users, held_out.user_numbers[kept])
    targets = Targets.of(rows, held_out.item_numbers[kept], n_queries=len(users))
    queries, parts = train.queries(users.astype(np.int32)), []
    for start, stop in batches(queries, train.n_items):
        scored = scored_candidates(scorer, queries.part(start, stop), asked.candidates)
        parts.append(RankedTargets.from_scores(scored, targets.part(start, stop)))
    ranked = RankedTargets.joined(parts)
    return recall(ranked, CUTOFF), ndcg(ranked, CUTOFF)


def main() -> None:
    """Print our figures beside the published ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--effort", choices=("fast", "balanced", "best"), default="balanced")
    parser.add_argument("--seed", type=int, default=42)
    options = parser.parse_args()
    print_machine()
    dataset = without_order(read(options.data))
    train, lists = parted(dataset, np.random.default_rng(options.seed))
    print(f"{train.n_interactions} of {dataset.n_interactions} interactions to learn from")
    fitted = fit_scorer(train, effort=options.effort, seed=options.seed)
    print(f"validation {fitted.summary['validation']}", flush=True)
    print(f"\n{'list':8} {'model':12} {'Recall@20':>9} {'NDCG@20':>9} {'95 % of NDCG':>18}")
    bars = []
    for name, asked in lists.items():
        found = judged(fitted.scorer, train, asked)
        ours = [float(np.nanmean(figure)) for figure in found]
        (interval,) = bootstrap_intervals(found[1][:, None], np.random.default_rng(0))
        print(f"{name:8} {'lorewise':12} {ours[0]:9.4f} {ours[1]:9.4f} {np.round(interval, 4)}")
        for model, figures in PUBLISHED.items():
            print(f"{name:8} {model:12} {figures[name][0]:9.4f} {figures[name][1]:9.4f}")
        best = PUBLISHED["LLM-InS"][name]
        for figure, own, bar in zip(("Recall@20", "NDCG@20"), ours, best, strict=True):
            bars.append(Bar(f"{figure}, {name} list", own, bar, is_at_most=False))
    conclude(*bars)


if __name__ == "__main__":
    main()
