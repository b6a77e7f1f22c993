"""Whether lore's words tell more of new items in groups, and with items for titles.

    python benchmarks/facet_blocks.py DATA KNOWLEDGE [SEED...]

A fifth of the items is held out whole, once for each seed (1 to 6 unless given). The weights of the
blocks are learned on what is left, by items held out of that in turn, and judged by NDCG@20 among
the items held out first, for 2,000 users at most. The words of lore are

- one block: all of them together;
- groups: who made the item, what it resembles or goes with, all else, each with its own weight;
- groups and kin: the same, but similar titles are items of the catalog or do not count.

Shown is the mean over the seeds, and how far each is from one block, with the standard error of
that difference. No bar: this is how it was decided, see docs/decisions/0003.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from measuring import print_machine

from lorewise.data.columns import ColumnRole, column_roles
from lorewise.data.dataset import Dataset
from lorewise.data.item_features import ItemFeatures
from lorewise.data.knowledge_file import read_knowledge, with_knowledge
from lorewise.data.primitives import Embeddings
from lorewise.data.sources import read
from lorewise.data.splitting import split
from lorewise.encoders.blocks import ATTRIBUTES, encode_items
from lorewise.encoders.item_texts import item_tags, item_texts
from lorewise.encoders.lexical import LexicalEncoder, LexicalSettings
from lorewise.encoders.vector_cache import default_cache
from lorewise.knowledge.title_matching import matched_names
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.pipeline.cold_trials import ColdTrials
from lorewise.pipeline.held_out import HeldOut
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.tuning import tune_cold
from lorewise.pipeline.validation import Validation

SEEDS = (1, 2, 3, 4, 5, 6)
CUTOFF, N_USERS = 20, 2_000
NAMES = {"creators", "people", "cast", "franchise", "brand", "brand_note"}
SIMILAR = {"similar", "complements", "substitutes"}
MAIN, SHORT = 384, 128
"""Dimensions of all words or of the rest of them, and of names and of similar items."""

Blocks = Mapping[str, Embeddings]
Roles = dict[str, ColumnRole]


def kin_terms(dataset: Dataset) -> list[list[str]]:
    """Return a term for each item that an item's lore names, and one for the item itself."""
    named = matched_names(dataset)
    return [[f"kin={number}" for number in (own, *others)] for own, others in enumerate(named)]


@dataclass(frozen=True)
class Words:
    """The words of lore, in any grouping."""

    dataset: Dataset
    lore: Roles
    kin: list[list[str]]

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Find the columns, and which items name which."""
        roles = column_roles(dataset.item_table)
        lore = {name: role for name, role in roles.items() if name in dataset.lore_columns}
        return cls(dataset, lore, kin_terms(dataset))

    def ways(self) -> dict[str, Blocks]:
        """Return the blocks by what the table calls them."""
        names, similar = self._some(NAMES), self._some(SIMILAR)
        gone = {name: role for name, role in similar.items() if name != "lore.similar"}
        rest = {name: role for name, role in self.lore.items() if name not in names | similar}
        parted = {"names": self._block(names, SHORT), "similar": self._block(similar, SHORT)}
        words = {"words": self._block(rest, MAIN)}
        return {
            "one block": {"all": self._block(self.lore, MAIN)},
            "groups": parted | words,
            "groups and kin": parted | {"similar": self._block(gone, SHORT, self.kin)} | words,
        }

    def _some(self, facets: set[str]) -> Roles:
        return {
            name: role for name, role in self.lore.items() if name.removeprefix("lore.") in facets
        }

    def _block(self, roles: Roles, n_dims: int, terms: list[list[str]] | None = None) -> Embeddings:
        table, rng = self.dataset.item_table, np.random.default_rng(0)
        texts, tags = item_texts(table, roles), item_tags(table, roles)
        tags = [own + more for own, more in zip(tags, terms, strict=True)] if terms else tags
        settings = LexicalSettings(n_dims=n_dims)
        return LexicalEncoder.fit(texts, tags, settings=settings, rng=rng).encode(texts, tags)


def arranged(encoded: Blocks, words: Blocks) -> Blocks:
    """Return the blocks with other words of lore, in the order in which weights are sought."""
    last = {name: block for name, block in encoded.items() if name == ATTRIBUTES}
    first = {
        name: block
        for name, block in encoded.items()
        if name != ATTRIBUTES and not (name.startswith("lore.") and name.endswith(".lexical"))
    }
    return {**first, **words, **last}


@dataclass(frozen=True)
class Judge:
    """Learns weights on one part of the items and judges them on another."""

    learned_from: Sequence[Validation]
    asked: Validation
    fitted: LinearScorer

    @classmethod
    def of(cls, dataset: Dataset, seed: int) -> Self:
        """Hold items out, and items of what is left.

        Raises:
            SystemExit: There are too few items.
        """
        parted = split(dataset, "cold-items", seed)
        held_out = HeldOut.of(parted.train, "fast", seed).cold_items
        if not held_out:
            sys.exit("too few items with interactions to hold some out; give more data")
        rng = np.random.default_rng(seed)
        asked = Validation.of(parted, rng, n_users=N_USERS, k=CUTOFF)
        bare = np.zeros((dataset.n_items, 0), dtype=np.float32)
        return cls(held_out, asked, LinearScorer.fit(parted.train, bare, LinearSettings()))

    def quality(self, blocks: Blocks) -> float:
        """Return the NDCG of these blocks, weighed without a look at the items asked for."""
        space = KnowledgeSpace.of(ItemFeatures(blocks), self.asked.n_items)
        tuned = tune_cold(self.learned_from, space, LinearSettings(), lambda _share: None)
        trials = ColdTrials.of(self.asked, self.fitted, space)
        return trials.quality(tuned.block_weights, tuned.settings.cold_ridge)


def print_table(found: Mapping[str, list[float]]) -> None:
    """Print each mean, its distance from one block, and the standard error of that."""
    for name, values in found.items():
        gains = np.subtract(values, found["one block"])
        error = gains.std(ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else np.nan
        print(f"{name:18} {np.mean(values):.4f}  {gains.mean():+.4f}  (error {error:.4f})")


def main() -> None:
    """Judge all ways with all seeds."""
    data, knowledge, *seeds = sys.argv[1:]
    print_machine()
    dataset = with_knowledge(read(data), read_knowledge(knowledge))
    encoded = encode_items(dataset, cache=default_cache()).features.blocks
    ways = {name: arranged(encoded, words) for name, words in Words.of(dataset).ways().items()}
    found: dict[str, list[float]] = {name: [] for name in ways}
    for seed in map(int, seeds or SEEDS):
        judge = Judge.of(dataset, seed)
        for name, blocks in ways.items():
            found[name].append(judge.quality(blocks))
            print(f"seed {seed}: {name} {found[name][-1]:.4f}", flush=True)
    print_table(found)


if __name__ == "__main__":
    main()
