"""A made catalog of any size, in which what comes next can be learned and texts mean something."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl

from lorewise.data.dataset import Dataset
from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.data.vocabulary import Vocabulary

ITEMS_PER_CLUSTER = 40
EVENTS_PER_USER = 12
DIM = 256
NOISE = 0.7
"""Length of what is an item's own in its vector, where the cluster's is 1."""

LONGEST_STEP = 6
"""A person takes one of the next few items of the cluster's ring, or goes to a cluster nearby."""

SHARE_OF_DRIFT = 0.3
SYLLABLES = (
    "ka",
    "lo",
    "mi",
    "ren",
    "sto",
    "bel",
    "ar",
    "un",
    "tis",
    "vo",
    "dra",
    "pe",
    "qui",
    "sha",
)
WORDS_PER_CLUSTER, WORDS_TAKEN = 6, 4


@dataclass(frozen=True)
class MadeCatalog:
    """Item i belongs to cluster ``i // 40``; there are as many users as items, 12 events each."""

    walks: ItemNumbers
    """Shape ``(n_users, 12)``, oldest first; the last event is for testing."""

    @classmethod
    def of(cls, n_items: int, rng: np.random.Generator) -> Self:
        """Let as many users as items walk."""
        n_clusters = -(-n_items // ITEMS_PER_CLUSTER)
        cluster = rng.integers(n_clusters, size=n_items)
        place = rng.integers(ITEMS_PER_CLUSTER, size=n_items)
        walks = np.empty((n_items, EVENTS_PER_USER), dtype=np.int32)
        for event in range(EVENTS_PER_USER):
            walks[:, event] = np.minimum(cluster * ITEMS_PER_CLUSTER + place, n_items - 1)
            drifts = rng.random(n_items) < SHARE_OF_DRIFT
            step = rng.integers(1, LONGEST_STEP + 1, size=n_items)
            cluster = np.where(drifts, cluster + step, cluster) % n_clusters
            place = np.where(drifts, place, place + step) % ITEMS_PER_CLUSTER
        return cls(walks)

    @property
    def n_items(self) -> int:
        """Items, and users."""
        return len(self.walks)

    def training(self, titles: list[str] | None = None) -> Dataset:
        """Return all events but each user's last."""
        n, n_events = self.n_items, EVENTS_PER_USER - 1
        ids = [str(number) for number in range(n)]
        users, items = Vocabulary.of(ids), Vocabulary.of(ids)
        table = pl.DataFrame({"item_id": items.ids} | ({"title": titles} if titles else {}))
        return Dataset(
            users=users,
            items=items,
            user_numbers=np.repeat(np.arange(n, dtype=np.int32), n_events),
            item_numbers=self.walks[:, :-1].ravel(),
            weights=np.ones(n * n_events, dtype=np.float32),
            ratings=np.full(n * n_events, np.nan, dtype=np.float32),
            timestamps_s=np.tile(np.arange(n_events), n),
            repeatable=np.zeros(n * n_events, dtype=np.bool_),
            item_table=table,
            user_table=pl.DataFrame({"user_id": users.ids}),
        )

    def vectors(self, rng: np.random.Generator) -> Embeddings:
        """Return unit vectors: the cluster's center and noise."""
        own = np.arange(self.n_items) // ITEMS_PER_CLUSTER
        centers = unit_rows(rng.standard_normal((own[-1] + 1, DIM), dtype=np.float32))
        noise = unit_rows(rng.standard_normal((self.n_items, DIM), dtype=np.float32))
        return unit_rows(centers[own] + np.float32(NOISE) * noise)

    def titles(self, rng: np.random.Generator) -> list[str]:
        """Return titles: some of the cluster's words, and one word of the item's own."""
        own = np.arange(self.n_items) // ITEMS_PER_CLUSTER
        syllables = rng.integers(len(SYLLABLES), size=(own[-1] + 1, WORDS_PER_CLUSTER, 3))
        words = [["".join(SYLLABLES[s] for s in word) for word in cluster] for cluster in syllables]
        taken = rng.permuted(np.tile(np.arange(WORDS_PER_CLUSTER), (self.n_items, 1)), axis=1)
        extra = rng.integers(len(SYLLABLES), size=(self.n_items, 4))
        return [
            " ".join(
                [words[c][w] for w in picked[:WORDS_TAKEN]] + ["".join(SYLLABLES[s] for s in own)]
            )
            for c, picked, own in zip(own.tolist(), taken, extra, strict=True)
        ]
