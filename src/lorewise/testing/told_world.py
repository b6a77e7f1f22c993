"""A world in which lore tells what people like, and says honestly where it is not sure."""

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lorewise.data.assemble import assemble
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import with_knowledge
from lorewise.encoders.blocks import BlockSettings, encode_items
from lorewise.models.content import ContentScorer, ContentSettings
from lorewise.models.popularity import PopularityScorer, PopularitySettings
from lorewise.pipeline.fit import FittedScorer
from lorewise.pipeline.knowledge_space import KnowledgeSpace

if TYPE_CHECKING:
    from lorewise.stages import CatalogScorer

N_USERS, N_ITEMS, N_EVENTS = 90, 80, 14
THEMES = (
    ("harbor", "sailing", "lighthouse", "whales", "pirates", "storm", "shipwreck", "island"),
    ("rockets", "planets", "robots", "aliens", "orbit", "comet", "cyborg", "galaxy"),
)
N_THEMES = 3
UNSURE_EVERY = 8
"""Of every so many items one has the themes of the other cluster, and low confidence."""


@cache
def told_world() -> Dataset:
    """Return people who like the items of one of two clusters; titles say nothing of these."""
    rng = np.random.default_rng(11)
    rows = [
        (f"u{user:02}", f"i{item:02}", 1_600_000_000 + 60 * when)
        for user in range(N_USERS)
        for when, item in enumerate(2 * rng.permutation(N_ITEMS // 2)[:N_EVENTS] + user % 2)
    ]
    events = pl.DataFrame(rows, schema=["user_id", "item_id", "timestamp"], orient="row")
    lore = pl.DataFrame([_lore(item) for item in range(N_ITEMS)])
    return with_knowledge(assemble(events, items=_titles()), lore)


def _titles() -> pl.DataFrame:
    titles = [f"Number {item * 7919 % 1000}" for item in range(N_ITEMS)]
    return pl.DataFrame({"item_id": [f"i{item:02}" for item in range(N_ITEMS)], "title": titles})


def _lore(item: int) -> dict[str, str]:
    is_unsure = item // 2 % UNSURE_EVERY == 0
    rng = np.random.default_rng(item)
    themes = rng.choice(THEMES[(item + is_unsure) % 2], N_THEMES, replace=False)
    return {
        "id": f"i{item:02}",
        "themes": "|".join(themes),
        "reception": ("famous", "loved", "forgotten")[item % 3],
        "confidence": "low" if is_unsure else "high",
    }


@dataclass
class FitByWords:
    """Compares items by their words, in milliseconds; popularity where that is asked for."""

    calls: list[str | None] = field(default_factory=list)
    """The algorithms asked for."""

    datasets: list[Dataset] = field(default_factory=list)
    """What there was to learn from."""

    def __call__(
        self, dataset: Dataset, *, algorithm: str | None, **_chosen: object
    ) -> FittedScorer:
        """Return the model; as a ``Fit``."""
        self.calls.append(algorithm)
        self.datasets.append(dataset)
        blocks = encode_items(dataset, BlockSettings(dense="none"), cache=None)
        vectors = KnowledgeSpace.of(blocks.features, dataset.n_items).vectors({})
        scorer: CatalogScorer = ContentScorer.fit(dataset, vectors, ContentSettings())
        if algorithm == "popularity":
            scorer = PopularityScorer.fit(dataset, vectors, PopularitySettings())
        return FittedScorer(
            scorer=scorer, blocks=blocks, block_weights={}, vectors=vectors, summary={"by": "words"}
        )
