"""Simulated sentences: what three of a person's likes are about, and what else they like."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lorewise.data.columns import LIST_SEPARATOR, column_roles, filled, split_tags
from lorewise.data.dataset import Dataset
from lorewise.data.primitives import ItemNumbers, UserNumbers
from lorewise.data.queries import Queries
from lorewise.evaluation.targets import Targets
from lorewise.models.spoken_histories import wordless
from lorewise.pipeline.lore_controls import LORE_PREFIX, lore_columns

N_SAID = 3
"""Liked items that a sentence speaks of."""

LIKED_SHARE = 0.8
"""Of the highest rating: from here on a rating says that the person liked the item; 4 of 5."""

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


def spoken_tastes(
    whole: Dataset, users: UserNumbers, rng: np.random.Generator
) -> SpokenTastes | None:
    """Return a sentence for each of these users with ``FEWEST_LIKES``; None if nobody has them.

    ``whole`` holds all that happened; users may repeat. Of the items that one likes and whose
    themes are known ``N_SAID`` are drawn.
    """
    themes, is_like = item_themes(whole), _likes(whole)
    rows = [slice(whole.offsets[user], whole.offsets[user + 1]) for user in users]
    chosen = [
        (said, np.setdiff1d(liked, said))
        for liked in (np.unique(whole.item_numbers[own][is_like[own]]) for own in rows)
        if len(liked) >= FEWEST_LIKES and len(said := _drawn(liked, themes, rng)) == N_SAID
    ]
    if not chosen:
        return None
    places = np.repeat(np.arange(len(chosen)), [len(others) for _, others in chosen])
    return SpokenTastes(
        sentences=tuple(sentence([themes[item] for item in said]) for said, _ in chosen),
        said=Queries.of([said for said, _ in chosen]),
        targets=Targets.of(
            places, np.concatenate([others for _, others in chosen]), n_queries=len(chosen)
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


def words_alone(queries: Queries) -> Queries:
    """Return the same words without a history."""
    return replace(wordless(len(queries)), text_vectors=queries.text_vectors)


def _likes(whole: Dataset) -> NDArray[np.bool_]:
    """Return which interactions say that the person liked the item: by the rating, if there is one.

    Where ratings are given, a middling one is no like, although it is no dislike either.
    """
    is_rated = ~np.isnan(whole.ratings)
    highest = whole.ratings.max(initial=0, where=is_rated)
    return np.where(is_rated, whole.ratings >= LIKED_SHARE * highest, whole.weights > 0)


def _drawn(
    liked: ItemNumbers, themes: Sequence[Sequence[str]], rng: np.random.Generator
) -> NDArray[np.int32]:
    known = liked[[bool(themes[item]) for item in liked]]
    return rng.permutation(known)[:N_SAID]
