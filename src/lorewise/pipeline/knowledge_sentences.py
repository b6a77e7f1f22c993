"""A sentence as all that is known of a person: what three of their likes are about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lorewise.data.columns import LIST_SEPARATOR, column_roles, filled, split_tags
from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers, Scores, UserNumbers
from lorewise.data.queries import Queries
from lorewise.evaluation.targets import Targets
from lorewise.pipeline.fit import FittedScorer
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.lore_controls import LORE_PREFIX, lore_columns
from lorewise.pipeline.trial import FittedModel
from lorewise.stages import CatalogScorer

N_SAID = 3
"""Liked items that a sentence speaks of."""

FEWEST_LIKES = 8
"""Of users who are asked: those whose likes are fewer leave too little to be found."""

THEMES = "lore.themes"
"""Says what an item is about without naming it."""

OTHER_THEMES = tuple(
    f"{LORE_PREFIX}{facet}"
    for facet in ("mood", "setting", "occasions", "use", "properties", "concerns", "suits")
)
"""Say something like it, for lore without ``THEMES``."""


@dataclass(frozen=True, kw_only=True)
class SpokenTastes:
    """Users who have said something, and what they like besides."""

    sentences: tuple[str, ...]
    """One per user."""

    said: Queries
    """The items behind each sentence; these are neither recommended nor looked for."""

    targets: Targets
    """All else that the users liked; a row per user."""


@dataclass(frozen=True)
class WordsAlone:
    """Lets a scorer hear what was said, and nothing of what was done."""

    scorer: CatalogScorer

    def score_catalog(self, queries: Queries) -> Scores:
        """Return the scores of the same words without a history."""
        silent = Queries.of([np.zeros(0, dtype=np.int32)] * len(queries))
        return self.scorer.score_catalog(replace(silent, text_vectors=queries.text_vectors))


def spoken_tastes(
    whole: Dataset, users: UserNumbers, rng: np.random.Generator
) -> SpokenTastes | None:
    """Return a sentence for each of these users with ``FEWEST_LIKES``; None if nobody has them.

    ``whole`` holds all that happened. Of each user's liked items with themes ``N_SAID`` are drawn.
    """
    themes = item_themes(whole)
    chosen = [
        (said, np.setdiff1d(liked, said))
        for liked in (_liked(whole, user) for user in users)
        if len(liked) >= FEWEST_LIKES and len(said := _drawn(liked, themes, rng)) == N_SAID
    ]
    if not chosen:
        return None
    rows = np.repeat(np.arange(len(chosen)), [len(others) for _, others in chosen])
    return SpokenTastes(
        sentences=tuple(sentence([themes[item] for item in said]) for said, _ in chosen),
        said=Queries.of([said for said, _ in chosen]),
        targets=Targets.of(
            rows, np.concatenate([others for _, others in chosen]), n_queries=len(chosen)
        ),
    )


def item_themes(dataset: Dataset) -> list[list[str]]:
    """Return what each item is about, in phrases; empty where nothing is known."""
    table, roles = dataset.item_table, column_roles(dataset.item_table)
    found: list[list[str]] = [[] for _ in range(len(table))]
    for name in theme_columns(dataset):
        lists = split_tags(filled(table[name]), roles[name].separator or LIST_SEPARATOR)
        for phrases, more in zip(found, lists, strict=True):
            phrases.extend(more)
    return found


def theme_columns(dataset: Dataset) -> list[str]:
    """Return the columns that say what items are about: of the lore, or else the catalog's tags."""
    lore = lore_columns(dataset)
    if THEMES in lore:
        return [THEMES]
    roles = column_roles(dataset.item_table)
    own = [name for name, role in roles.items() if role.kind == "tags" and name not in lore]
    return [name for name in OTHER_THEMES if name in lore] or own


def sentence(themes: Sequence[Sequence[str]]) -> str:
    """Return the phrases one after the other, each once.

    >>> sentence([["heist", "betrayal"], ["betrayal", "road trip"]])
    'heist, betrayal, road trip'
    """
    return ", ".join(dict.fromkeys(phrase for phrases in themes for phrase in phrases))


def spoken_vectors(model: FittedModel, sentences: Sequence[str], n_items: int) -> Embeddings | None:
    """Return the sentences among the items as the model sees them; None if it has no words."""
    if not isinstance(model, FittedScorer):
        return None
    space = KnowledgeSpace.of(model.blocks.features, n_items)
    words = model.blocks.encode_text(sentences)
    return space.placed(words, model.block_weights, len(sentences))


def _liked(whole: Dataset, user: int) -> ItemNumbers:
    rows = slice(whole.offsets[user], whole.offsets[user + 1])
    liked: ItemNumbers = np.unique(whole.item_numbers[rows][whole.weights[rows] > 0])
    return liked


def _drawn(
    liked: ItemNumbers, themes: Sequence[Sequence[str]], rng: np.random.Generator
) -> NDArray[np.int32]:
    known = liked[[bool(themes[item]) for item in liked]]
    return rng.permutation(known)[:N_SAID]
