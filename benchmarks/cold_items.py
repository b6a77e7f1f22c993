"""What a large model's knowledge is worth on items that nobody has met.

    python benchmarks/cold_items.py DATA_DIR KNOWLEDGE_FILE [SEED ...]

For each seed a fifth of the items loses all its interactions, and is ranked among itself for every
user who met some of it. The default model is fitted with the lore, without it, with the lore of
another item for each, and without what tells of later success; all are tuned alike. The users of
all seeds together give the paired differences. Bars (set for films): NDCG@20 with lore at least
.385 and .10 above that without, p < .01; with foreign lore within .01 of none; without reception
between the two.
"""

import sys

import numpy as np
from measuring import Bar, conclude, print_machine

from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import read_knowledge, with_knowledge
from lorewise.data.primitives import UserNumbers
from lorewise.data.sources import read
from lorewise.data.splitting import split
from lorewise.data.splitting.partition import Split
from lorewise.evaluation.accuracy import PerUser, ndcg
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.significance import bootstrap_intervals, paired_difference
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.knowledge_variants import HINDSIGHT
from lorewise.pipeline.lore_controls import (
    lore_columns,
    permuted_lore,
    without_columns,
    without_lore,
)
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.pipeline.validation import targets_of
from lorewise.stages import CatalogScorer

SEEDS = (42, 43, 44)
LORE, NONE, FOREIGN, FORESIGHT = "lore", "none", "permuted", "lore without reception"


def trains(train: Dataset, seed: int) -> dict[str, Dataset]:
    """Return the training data of each row."""
    rng = np.random.default_rng(seed)
    hindsight = [name for name in HINDSIGHT if name in lore_columns(train)]
    made = {
        LORE: train,
        NONE: without_lore(train, rng),
        FOREIGN: permuted_lore(train, rng),
    }
    return made | ({FORESIGHT: without_columns(train, hindsight)} if hindsight else {})


def ndcg_at_20(scorer: CatalogScorer, parted: Split, users: UserNumbers) -> PerUser:
    """Return each user's NDCG@20 among the cold items."""
    if parted.candidates is None:
        raise TypeError("the split names no candidates")
    queries, targets, parts = parted.history.queries(users), targets_of(parted, users), []
    for start, stop in batches(queries, parted.train.n_items):
        scored = scored_candidates(scorer, queries.part(start, stop), parted.candidates)
        parts.append(RankedTargets.from_scores(scored, targets.part(start, stop)))
    return ndcg(RankedTargets.joined(parts), 20)


def main() -> None:
    """Print the comparison."""
    print_machine()
    folder, file, *seeds = sys.argv[1:]
    dataset = with_knowledge(read(folder), read_knowledge(file))
    found: dict[str, list[PerUser]] = {}
    for seed in map(int, seeds or SEEDS):
        parted = split(dataset, "cold-items", seed)
        for name, train in trains(parted.train, seed).items():
            fitted = fit_scorer(train, seed=seed)
            gains = ndcg_at_20(fitted.scorer, parted, parted.target_users)
            found.setdefault(name, []).append(gains)
            print(f"seed {seed}, {name}: NDCG@20 {np.nanmean(gains):.4f}", flush=True)
    values = {name: np.concatenate(parts) for name, parts in found.items()}
    # The mean of seeds is the figure; intervals and p are over the users of all seeds.
    means = {
        name: float(np.mean([np.nanmean(part) for part in parts])) for name, parts in found.items()
    }
    gains = {}
    for name, own in values.items():
        gains[name] = paired_difference(own, values[NONE], rng=np.random.default_rng(0))
        (interval,) = bootstrap_intervals(own[:, None], np.random.default_rng(0))
        print(
            f"{name:24} {means[name]:.4f} [{interval[0]:.4f}, {interval[1]:.4f}], over none "
            f"{gains[name].mean:+.4f} {np.round(gains[name].ci95, 4)}, p {gains[name].p_value:.4f}"
        )
    conclude(
        Bar("NDCG@20 with lore", means[LORE], 0.385, is_at_most=False),
        Bar("gain by lore", means[LORE] - means[NONE], 0.10, is_at_most=False),
        Bar("p of it", gains[LORE].p_value, 0.01),
        Bar("foreign lore, distance from none", abs(means[FOREIGN] - means[NONE]), 0.01),
        Bar("gain by lore without reception", gains[FORESIGHT].ci95[0], 0, is_at_most=False),
        Bar("that, against all lore", means[FORESIGHT] - means[LORE], 0),
    )


if __name__ == "__main__":
    main()
