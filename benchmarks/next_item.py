"""Next-item quality as the benchmarks measure it: NDCG@10, the whole catalog ranked."""

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.data.queries import Queries
from lorewise.data.sources import read
from lorewise.evaluation.accuracy import PerUser, ndcg
from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.targets import Targets
from lorewise.pipeline.catalog_blocks import encode_catalog
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.stages import CatalogScorer


def encoded(folder: str) -> tuple[Dataset, Embeddings]:
    """Return the data and the vectors of their items, as the models see them."""
    dataset = read(folder)
    features = encode_catalog(dataset, cache=None).features
    return dataset, KnowledgeSpace.of(features, dataset.n_items).vectors({})


def ndcg_at_10(
    scorer: CatalogScorer, histories: Queries, next_items: ItemNumbers, n_items: int
) -> PerUser:
    """Return each user's NDCG@10 of one held-out item; the history is left out of the ranking."""
    everything = np.arange(n_items, dtype=np.int32)
    parts = []
    for start, stop in batches(histories, n_items):
        scored = scored_candidates(scorer, histories.part(start, stop), everything)
        wanted = next_items[start:stop]
        targets = Targets.of(np.arange(len(wanted)), wanted, n_queries=len(wanted))
        parts.append(RankedTargets.from_scores(scored, targets))
    return ndcg(RankedTargets.joined(parts), 10)
