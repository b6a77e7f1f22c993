"""What knowledge brings to the tail, and what that costs.

    python benchmarks/tail.py DATA_DIR [--knowledge FILE] [--seed N]

The default model is fitted twice to the same training data: once with all that is known of the
items, once as if nothing were known. Data with times lose each user's last item, others a random
fifth of each user's rows. A table of tags is counted again from what users in training said, and
columns that repeat it are left out, for they were counted over everybody. Tail targets are items
outside the most popular fifth of the catalog. Bars: tail recall@20 at least 1.15 times that
without knowledge, the 95 % interval of the ratio (users drawn anew) above 1, and NDCG@10 of all
targets not more than 1 % below.
"""

import argparse
from pathlib import Path

import numpy as np
from measuring import Bar, conclude, print_machine

from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import read_knowledge, with_knowledge
from lorewise.data.row_order import rows_tell_time
from lorewise.data.sources import read
from lorewise.data.sources.tagging_table import read_taggings
from lorewise.data.splitting import split
from lorewise.data.splitting.partition import Split
from lorewise.data.taggings import with_tags
from lorewise.evaluation.accuracy import PerUser, ndcg, recall
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.significance import resampled_means
from lorewise.evaluation.targets import Targets
from lorewise.evaluation.training_counts import TrainingCounts
from lorewise.pipeline.counted_columns import repeated_columns
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.lore_controls import without_columns
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.pipeline.validation import targets_of
from lorewise.stages import CatalogScorer


def wanted() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--knowledge", help="knowledge file")
    parser.add_argument("--seed", type=int, default=42)
    return parser.parse_args()


def bare(train: Dataset) -> Dataset:
    """Return the data as if nothing were known of the items."""
    known = [name for name in train.item_table.columns if name != "item_id"]
    return without_columns(train, known)


def tagged(parted: Split, dataset: Dataset, folder: str) -> Dataset:
    """Return the training data with the tags that may be known there."""
    taggings = read_taggings(Path(folder))
    if taggings is None:
        return parted.train
    own = without_columns(parted.train, list(repeated_columns(dataset, taggings)))
    return with_tags(own, taggings.known_in_training(dataset, parted))


def ranked(scorer: CatalogScorer, parted: Split, targets: Targets) -> RankedTargets:
    """Return the targets' ranks among all items that the user has not met."""
    queries = parted.history.queries(parted.target_users)
    everything = np.arange(parted.train.n_items, dtype=np.int32)
    parts = []
    for start, stop in batches(queries, parted.train.n_items):
        scored = scored_candidates(scorer, queries.part(start, stop), everything)
        parts.append(RankedTargets.from_scores(scored, targets.part(start, stop)))
    return RankedTargets.joined(parts)


def figures(train: Dataset, parted: Split, seed: int) -> tuple[PerUser, PerUser]:
    """Return each user's tail recall@20 and NDCG@10 by the default model."""
    fitted = fit_scorer(train, seed=seed)
    print(
        f"{len(train.item_table.columns) - 1} columns: {fitted.summary['validation']}", flush=True
    )
    targets = targets_of(parted, parted.target_users)
    kept = TrainingCounts.of(parted.train).is_tail[targets.item_numbers]
    of_tail = Targets.of(
        targets.query_numbers[kept], targets.item_numbers[kept], n_queries=len(targets)
    )
    tail = recall(ranked(fitted.scorer, parted, of_tail), 20)
    return tail, ndcg(ranked(fitted.scorer, parted, targets), 10)


def main() -> None:
    """Print the comparison."""
    options = wanted()
    print_machine()
    dataset = read(options.data)
    if options.knowledge:
        dataset = with_knowledge(dataset, read_knowledge(options.knowledge))
    parted = split(dataset, "last-item" if rows_tell_time(dataset) else "random", options.seed)
    with_it, whole = figures(tagged(parted, dataset, options.data), parted, options.seed)
    without, plain = figures(bare(parted.train), parted, options.seed)
    both = np.stack([with_it, without], axis=1)
    both = both[~np.isnan(both).any(axis=1)]
    means = resampled_means(both, np.random.default_rng(0))
    low, high = np.percentile(means[:, 0] / means[:, 1], [2.5, 97.5])
    ratio = both[:, 0].mean() / both[:, 1].mean()
    cost = 1 - np.nanmean(whole) / np.nanmean(plain)
    print(
        f"tail recall@20 {both[:, 0].mean():.4f}, without knowledge {both[:, 1].mean():.4f} "
        f"({len(both)} users), ratio {ratio:.3f} [{low:.3f}, {high:.3f}]; "
        f"NDCG@10 {np.nanmean(whole):.4f}, without {np.nanmean(plain):.4f}"
    )
    conclude(
        Bar("ratio of tail recall@20", ratio, 1.15, is_at_most=False),
        Bar("lower end of its interval", low, 1.0, is_at_most=False),
        Bar("NDCG@10 lost, share", cost, 0.01),
    )


if __name__ == "__main__":
    main()
