"""How many users a second get their ten best items, all of them ranked.

    python benchmarks/top10_speed.py DATA_DIR

The whole way from histories to lists: scores of the whole catalog, the history masked, the ten
best chosen, in batches. The floor is what memory allows: writing the scores once and reading them
once. Bar for Amazon Beauty (12,101 items): at least 10,000 users a second on two threads.
"""

import sys

import numpy as np
from measuring import Bar, conclude, print_machine, seconds_of
from next_item import encoded

from lorewise.data.queries import Queries
from lorewise.models.linear_settings import SequentialLinearSettings
from lorewise.models.sequential_linear import SequentialLinearScorer
from lorewise.pipeline.scoring import batches, scored_candidates
from lorewise.ranking.top_n import TopNRanker

K = 10


def top_lists(scorer: SequentialLinearScorer, queries: Queries) -> None:
    """Rank the whole catalog for all queries."""
    everything = np.arange(scorer.n_items, dtype=np.int32)
    for start, stop in batches(queries, scorer.n_items):
        part = queries.part(start, stop)
        TopNRanker().rank(part, scored_candidates(scorer, part, everything), k=K)


def floor_seconds(n_queries: int, n_items: int) -> float:
    """Return the seconds to write and to read as many scores, a batch at a time."""
    block = np.empty((min(n_queries, 512), n_items), dtype=np.float32)

    def touch() -> None:
        for _ in range(0, n_queries, len(block)):
            block.fill(0)
            block.max()

    return seconds_of(touch)


def main(folder: str) -> None:
    """Measure."""
    print_machine()
    dataset, vectors = encoded(folder)
    scorer = SequentialLinearScorer.fit(dataset, vectors, SequentialLinearSettings(solver="local"))
    queries = dataset.queries()
    top_lists(scorer, queries.part(0, 10))
    seconds = seconds_of(lambda: top_lists(scorer, queries), repeats=3)
    floor_s = floor_seconds(len(queries), scorer.n_items)
    print(f"{len(queries)} users, {scorer.n_items} items: {seconds:.2f} s, floor {floor_s:.2f} s")
    conclude(Bar("users a second", len(queries) / seconds, 10_000, is_at_most=False))


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  the script and its data
        sys.exit(__doc__)
    main(sys.argv[1])
