"""What learned rankers add to the linear fusion, and the fusion to its members.

    python benchmarks/learned_fusion.py DATA_DIR [--effort best] [--seed N]

Data with times lose each user's last item, others a random fifth of each user's rows; a table of
tags is counted again from what users in training said. Settings, weights and rankers are chosen on
events held out of the training data: half of those users train the rankers, the other half say
which one is used. Then the test events are ranked once, among the whole catalog less what the user
has met: by each member, by the linear fusion, and by each ranker over its first places, with the
gain over the best member and over the linear fusion, and paired bootstrap p-values. Bar: what the
fit would use gains at least 2 % of NDCG@10 on the best member, p below .05.
"""

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from measuring import Bar, conclude, print_machine
from tail import ranked, tagged

from lorewise.data.dataset import Dataset
from lorewise.data.row_order import rows_tell_time
from lorewise.data.sources import read
from lorewise.data.splitting import split
from lorewise.encoders.vector_cache import default_cache
from lorewise.evaluation.accuracy import PerUser, ndcg
from lorewise.evaluation.significance import paired_difference
from lorewise.models.fusion import FusionScorer, item_groups
from lorewise.models.item_facts import ItemFacts
from lorewise.models.learned_fusion import LearnedFusionScorer
from lorewise.pipeline.catalog_blocks import encode_catalog
from lorewise.pipeline.choice import choose
from lorewise.pipeline.fit import nets_for
from lorewise.pipeline.held_out import HeldOut
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.validation import targets_of
from lorewise.pipeline.weighing import Weigher
from lorewise.stages import CatalogScorer, Scorer

LINEAR = "linear fusion"


@dataclass(frozen=True)
class Fitted:
    """What is compared."""

    members: Mapping[str, Scorer]
    models: Mapping[str, CatalogScorer]
    """The members, the linear fusion, and each ranker on top of it."""
    used: str
    """The name of the model that a fit would give."""


def wanted() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--effort", choices=("balanced", "best"), default="best")
    parser.add_argument("--seed", type=int, default=42)
    return parser.parse_args()


def against(gains: PerUser, others: PerUser) -> str:
    """Return the relative gain and its p-value."""
    found = paired_difference(gains, others, np.random.default_rng(0))
    return f"{found.mean / np.nanmean(others):+8.1%} {found.p_value:7.4f}"


def tell(stage: str, share: float) -> None:
    """Print what is being done."""
    print(f"\r{share:4.0%} {stage:45}", end="", flush=True)


def fitted(train: Dataset, options: argparse.Namespace) -> Fitted:
    """Return all that is compared, chosen on parts of the training data and fitted to it."""
    blocks = encode_catalog(train, cache=default_cache())
    space = KnowledgeSpace.of(blocks.features, train.n_items)
    held_out = HeldOut.of(train, options.effort, options.seed)
    choice = choose(held_out, space, tell, is_thorough=True)
    choice = replace(choice, nets=nets_for(train, options.effort, options.seed))
    weigher = Weigher(train, held_out, blocks, space, options.seed, options.effort)
    found = weigher.weigh(choice, tell)
    print(f"\nvalidation {json.dumps(found.figures)}")
    members = found.choice.members(train, space)
    fusion = FusionScorer(members, found.weights, item_groups(train.item_counts))
    facts = ItemFacts.of(train)
    models: dict[str, CatalogScorer] = {**members, LINEAR: fusion}
    for name, ranker in found.learned.tried.items():
        models[name] = LearnedFusionScorer.over(fusion, facts, name, ranker)
    return Fitted(members, models, found.learned.name or LINEAR)


def main() -> None:
    """Print the comparison."""
    options = wanted()
    print_machine()
    dataset = read(options.data)
    parted = split(dataset, "last-item" if rows_tell_time(dataset) else "random", options.seed)
    found = fitted(tagged(parted, dataset, options.data), options)
    targets = targets_of(parted, parted.target_users)
    gains = {name: ndcg(ranked(model, parted, targets), 10) for name, model in found.models.items()}
    means = {name: float(np.nanmean(gain)) for name, gain in gains.items()}
    best = max(found.members, key=means.__getitem__)
    print(f"\n{'model':22} {'NDCG@10':>8} {'on best':>8} {'p':>7} {'linear':>8} {'p':>7}")
    for name, gain in gains.items():
        lead = f"{against(gain, gains[best])} {against(gain, gains[LINEAR])}"
        print(f"{name:22} {means[name]:8.4f} {'' if name in found.members else lead}")
    used = found.used
    difference = paired_difference(gains[used], gains[best], np.random.default_rng(0))
    lead = means[used] / means[best] - 1
    print(f"best member {best}; the fit would use {used}")
    conclude(
        Bar("gain of the fusion on its best member", lead, 0.02, is_at_most=False),
        Bar("p-value", difference.p_value, 0.05),
    )


if __name__ == "__main__":
    main()
