"""What a sentence is worth where it is all that is known of a person.

    python benchmarks/sentence.py DATA_DIR KNOWLEDGE_FILE [SEED ...]

For each seed, two hundred users (a third where there are few) leave the data, the default model is
fitted to the rest. A sentence is made of the themes, not the titles, of three items that such a
user rated 4 or more; these are hidden from list and truth, and the truth is all else rated 4 or
more. Popularity is the plain count of likes in the training data. Bars: NDCG@10 above popularity's
with p < .01 (paired bootstrap over the users of all seeds), and on tail items at least twice
popularity's, with the lower end of the interval of the difference above 0.
"""

import sys
from dataclasses import replace

import numpy as np
from measuring import Bar, conclude, print_machine

from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import read_knowledge, with_knowledge
from lorewise.data.primitives import Scores
from lorewise.data.queries import Queries
from lorewise.data.sources import read
from lorewise.data.splitting.cold_users import cold_users, enough_share
from lorewise.evaluation.accuracy import PerUser, ndcg
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.significance import paired_difference
from lorewise.evaluation.targets import Targets
from lorewise.evaluation.training_counts import TrainingCounts
from lorewise.pipeline.fit import fit_scorer
from lorewise.pipeline.knowledge_sentences import WordsAlone, spoken_vectors
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.pipeline.spoken_tastes import spoken_tastes
from lorewise.stages import CatalogScorer

SEEDS = (42, 43, 44)


class LikeCounts:
    """Scores every item by its likes in training."""

    def __init__(self, train: Dataset) -> None:
        likes = train.item_numbers[train.weights > 0]
        self.counts = np.bincount(likes, minlength=train.n_items).astype(np.float32)

    def score_catalog(self, queries: Queries) -> Scores:
        """Return the same row for all; ties are broken by the order of the items."""
        order = np.linspace(0, 0.5, len(self.counts), dtype=np.float32)
        return np.tile(self.counts - order, (len(queries), 1))


def measured(scorer: CatalogScorer, asked: Queries, targets: Targets, n_items: int) -> PerUser:
    """Return each user's NDCG@10."""
    everything, parts = np.arange(n_items, dtype=np.int32), []
    for start, stop in batches(asked, n_items):
        scored = scored_candidates(scorer, asked.part(start, stop), everything)
        parts.append(RankedTargets.from_scores(scored, targets.part(start, stop)))
    return ndcg(RankedTargets.joined(parts), 10)


def only(targets: Targets, is_wanted: np.ndarray) -> Targets:
    """Return the targets of some items alone."""
    kept = is_wanted[targets.item_numbers]
    return Targets.of(
        targets.query_numbers[kept], targets.item_numbers[kept], n_queries=len(targets)
    )


def figures(dataset: Dataset, seed: int) -> dict[str, tuple[PerUser, PerUser]]:
    """Return ours and popularity's NDCG@10 of each user, by kind of target."""
    rng = np.random.default_rng(seed)
    share = enough_share(len(np.unique(dataset.user_numbers)))
    parted = cold_users(dataset, rng=rng, n_revealed=0, share=share)
    tastes = spoken_tastes(dataset, parted.target_users, rng)
    if tastes is None:
        sys.exit("nobody likes eight items, three of them with themes")
    fitted = fit_scorer(parted.train, seed=seed)
    vectors = spoken_vectors(fitted, tastes.sentences, dataset.n_items)
    asked = replace(tastes.said, text_vectors=vectors)
    print(f"seed {seed}: {len(asked)} users, {fitted.summary['validation']}", flush=True)
    tail = TrainingCounts.of(parted.train).is_tail
    ours, theirs = WordsAlone(fitted.scorer), LikeCounts(parted.train)
    kinds = {"all": tastes.targets, "tail": only(tastes.targets, tail)}
    return {
        kind: (
            measured(ours, asked, targets, dataset.n_items),
            measured(theirs, asked, targets, dataset.n_items),
        )
        for kind, targets in kinds.items()
    }


def main() -> None:
    """Print the comparison."""
    print_machine()
    folder, file, *seeds = sys.argv[1:]
    dataset = with_knowledge(read(folder), read_knowledge(file))
    found = [figures(dataset, int(seed)) for seed in seeds or SEEDS]
    results = {}
    for kind in ("all", "tail"):
        ours = np.concatenate([by_kind[kind][0] for by_kind in found])
        theirs = np.concatenate([by_kind[kind][1] for by_kind in found])
        gain = paired_difference(ours, theirs, rng=np.random.default_rng(0))
        results[kind] = gain
        print(
            f"{kind:5} NDCG@10 {np.nanmean(ours):.4f}, popularity {np.nanmean(theirs):.4f}, "
            f"difference {gain.mean:+.4f} {gain.ci95}, p {gain.p_value:.4f}"
        )
    n_tail = [
        np.nanmean(np.concatenate([by_kind["tail"][at] for by_kind in found])) for at in (0, 1)
    ]
    conclude(
        Bar("gain over popularity, all items", results["all"].mean, 0, is_at_most=False),
        Bar("p of it", results["all"].p_value, 0.01),
        Bar("NDCG@10 on tail items", n_tail[0], 2 * n_tail[1], is_at_most=False),
        Bar("lower end of the gain on tail items", results["tail"].ci95[0], 1e-9, is_at_most=False),
    )


if __name__ == "__main__":
    main()
