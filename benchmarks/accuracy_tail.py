"""What each setting for the tail costs in accuracy: one curve per setting.

    python benchmarks/accuracy_tail.py DATA_DIR [--curves linear.popularity_power ...] [--plot FILE]

Each user's last event is held out of the data, and the one before that out of the rest: the curves
are drawn on the latter, so that a value may be chosen by them. For cold items a fifth of the items
lose all events instead, and the whole catalog is ranked. Everything but the named setting keeps
its default. Per value: NDCG@10 of all targets, recall@20 of targets outside the most popular fifth
of the catalog (of cold targets, for the setting of cold items), the share of the catalog in
anybody's first ten places, and the Gini coefficient of these places.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from measuring import print_machine
from next_item import encoded

from lorewise.data.primitives import Embeddings
from lorewise.data.splitting import split
from lorewise.data.splitting.partition import Split
from lorewise.evaluation.accuracy import ndcg, recall
from lorewise.evaluation.exposure import Exposure
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.targets import Targets
from lorewise.evaluation.training_counts import TrainingCounts
from lorewise.models.registry import model_class, settings_class
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.pipeline.validation import targets_of
from lorewise.ranking.top_n import TopNRanker
from lorewise.stages import CatalogScorer

CURVES = {
    "linear.popularity_power": (0.0, 0.1, 0.2, 0.3, 0.5),
    "sequential_linear.popularity_power": (0.0, 0.1, 0.2, 0.3, 0.5),
    "transformer.propensity": (0.0, 0.2, 0.4, 0.6),
    "two_tower.propensity": (0.0, 0.2, 0.4, 0.6),
    "transformer.cold_shrinkage": (0.0, 0.2, 0.4, 0.6),
}
COLD = "cold_shrinkage"


@dataclass(frozen=True)
class Point:
    """What one value of a setting gives."""

    value: float
    ndcg: float
    tail_recall: float
    coverage: float
    gini: float


def measured(scorer: CatalogScorer, parted: Split, value: float, *, of_cold: bool) -> Point:
    """Return the figures of the lists for the split's users."""
    users, counts = parted.target_users, TrainingCounts.of(parted.train)
    queries, targets = parted.history.queries(users), targets_of(parted, users)
    is_wanted = counts.is_cold if of_cold else counts.is_tail
    kept, n_items = is_wanted[targets.item_numbers], parted.train.n_items
    some = Targets.of(
        targets.query_numbers[kept], targets.item_numbers[kept], n_queries=len(targets)
    )
    everything, ranker = np.arange(n_items, dtype=np.int32), TopNRanker()
    ranks, tail_ranks, exposures = [], [], []
    for span in batches(queries, n_items):
        part = queries.part(*span)
        scored = scored_candidates(scorer, part, everything)
        ranks.append(RankedTargets.from_scores(scored, targets.part(*span)))
        tail_ranks.append(RankedTargets.from_scores(scored, some.part(*span)))
        exposures.append(Exposure.of(ranker.rank(part, scored, k=10), 10, n_items=n_items))
    total = Exposure.total(exposures)
    return Point(
        value,
        float(np.nanmean(ndcg(RankedTargets.joined(ranks), 10))),
        float(np.nanmean(recall(RankedTargets.joined(tail_ranks), 20))),
        total.coverage(everything),
        total.gini(everything),
    )


def curve(name: str, parted: Split, vectors: Embeddings) -> list[Point]:
    """Print and return the points of one curve."""
    model, _, setting = name.partition(".")
    print(f"\n{name:36} {'NDCG@10':>8} {'tail R@20':>9} {'coverage':>8} {'Gini':>6}")
    points = []
    for value in CURVES[name]:
        settings = settings_class(model)(**{setting: value})
        scorer = model_class(model).fit(parted.train, vectors, settings)
        point = measured(scorer, parted, value, of_cold=setting == COLD)
        print(
            f"{value:36.2f} {point.ndcg:8.4f} {point.tail_recall:9.4f} {point.coverage:8.3f} "
            f"{point.gini:6.3f}",
            flush=True,
        )
        points.append(point)
    return points


def plot(curves: dict[str, Sequence[Point]], path: Path) -> None:
    """Draw all curves, accuracy over what the tail gets."""
    from lorewise.evaluation.themed_svg import new_figure, svg_text

    figure = new_figure(7, 4.5)
    axes = figure.add_subplot()
    for name, points in curves.items():
        axes.plot([p.tail_recall for p in points], [p.ndcg for p in points], marker="o", label=name)
    axes.set_xlabel("recall@20 of the tail")
    axes.set_ylabel("NDCG@10")
    axes.legend(fontsize=8)
    path.write_text(svg_text(figure, name="accuracy-tail", label="Accuracy and the tail"), "utf-8")


def main() -> None:
    """Print the curves that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--curves", nargs="+", choices=CURVES, default=list(CURVES))
    parser.add_argument("--plot", type=Path, metavar="FILE.svg")
    parser.add_argument("--seed", type=int, default=42)
    options = parser.parse_args()
    print_machine()
    dataset, vectors = encoded(options.data)
    train = split(dataset, "last-item", options.seed).train
    found = {}
    for name in options.curves:
        protocol = "cold-mixed" if name.endswith(COLD) else "last-item"
        found[name] = curve(name, split(train, protocol, options.seed), vectors)
    if options.plot:
        plot(found, options.plot)


if __name__ == "__main__":
    main()
