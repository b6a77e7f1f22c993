"""How well the popularity of films that nobody has rated is told from what is known of them.

    python benchmarks/expected_popularity.py

The bundled films with lore lose a fifth of the films whole (seeds 42, 43, 44). Shown is the rank
correlation of the expected with the true number of ratings of these films, with and without the
lore; all blocks weigh the same. Bar: at least .55 with lore, mean of the seeds.
"""

import numpy as np
from measuring import Bar, conclude, print_machine
from scipy.stats import spearmanr

from lorewise.data.bundled_films import bundled_films
from lorewise.data.dataset import Dataset
from lorewise.data.splitting import split
from lorewise.models.expected_popularity import (
    ExpectedPopularityScorer,
    ExpectedPopularitySettings,
)
from lorewise.pipeline.catalog_blocks import encode_catalog
from lorewise.pipeline.knowledge_space import KnowledgeSpace

SEEDS = (42, 43, 44)


def correlation(films: Dataset, seed: int) -> float:
    """Return the rank correlation on the films held out."""
    parts = split(films, "cold-items", seed)
    blocks = encode_catalog(films, cache=None)
    vectors = KnowledgeSpace.of(blocks.features, films.n_items).vectors({})
    fitted = ExpectedPopularityScorer.fit(parts.train, vectors, ExpectedPopularitySettings())
    cold = parts.cold_items
    return float(spearmanr(fitted.item_scores[cold], films.item_counts[cold])[0])


def main() -> None:
    """Measure with and without the lore."""
    print_machine()
    means = {}
    for name, with_lore in (("with lore", True), ("without lore", False)):
        films = bundled_films(with_lore=with_lore, min_ratings=5)
        found = [correlation(films, seed) for seed in SEEDS]
        means[name] = float(np.mean(found))
        print(
            f"{name:14} {means[name]:.3f}   by seed {', '.join(f'{value:.3f}' for value in found)}"
        )
    conclude(Bar("rank correlation with lore", means["with lore"], 0.55, is_at_most=False))


if __name__ == "__main__":
    main()
