"""A world small enough to fit any model in a moment: two tastes, and a reason for each score."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings, ItemNumbers
from lorewise.data.vocabulary import Vocabulary

N_USERS = 48
N_WARM_ITEMS = 40
N_COLD_ITEMS = 4
N_EVENTS = 10
DIM = 8
DAY_S = 86_400
FIRST_DAY_S = 1_600_000_000
LIKED_RATING, DISLIKED_RATING = 4.0, 2.0


@dataclass(frozen=True, kw_only=True)
class TinyWorld:
    """Users and items of two clusters: people like their own cluster, dislike some of the other.

    A person walks along a ring of the own cluster's items, so order means something too. Ratings
    follow the item's quality; likes weigh 1, dislikes -1. One user has no interactions.
    """

    dataset: Dataset
    """Without ``held_out``."""

    vectors: Embeddings
    """Near for items of one cluster; zeros for ``bare_item``; ``(n_items, 8)``, unit rows."""

    item_clusters: NDArray[np.int64]
    """0 or 1, cold items included; shape ``(n_items,)``."""

    user_clusters: NDArray[np.int64]
    """0 or 1; shape ``(n_users,)``."""

    held_out: ItemNumbers
    """What each user liked next; -1 for the user without interactions; shape ``(n_users,)``."""

    bare_item: int
    """A cold item without a vector."""

    @property
    def is_cold(self) -> NDArray[np.bool_]:
        """Items without interactions; shape ``(n_items,)``."""
        return np.asarray(self.dataset.item_counts == 0)


@dataclass(frozen=True, kw_only=True)
class _Events:
    """Interactions of users and items that are counted in the order of their making."""

    users: NDArray[np.int64]
    items: NDArray[np.int64]
    likes: NDArray[np.bool_]
    days: NDArray[np.int64]
    moods: NDArray[np.float64]
    """What the day adds to a rating; from -1 to 0."""


@cache
def tiny_world(*, id_prefix: str = "") -> TinyWorld:
    """Return the world; another prefix gives the same world with users and items renumbered."""
    rng = np.random.default_rng(7)
    events, held_out = _walks(rng)
    n_items = N_WARM_ITEMS + N_COLD_ITEMS + 1
    vectors = _vectors(rng, n_items)
    quality = rng.integers(0, 2, N_WARM_ITEMS)
    user_ids = [f"{id_prefix}user-{number:02}" for number in range(N_USERS + 1)]
    item_ids = [f"{id_prefix}item-{number:02}" for number in range(n_items)]
    users, items = Vocabulary.of(user_ids), Vocabulary.of(item_ids)
    item_order = np.argsort(items.numbers(item_ids))  # number -> place in the making
    user_order = np.argsort(users.numbers(user_ids))
    liked_next = np.append(items.numbers(item_ids)[held_out], -1)
    return TinyWorld(
        dataset=_dataset(events, quality, (users.numbers(user_ids), users), (items, item_ids)),
        vectors=vectors[item_order],
        item_clusters=item_order % 2,
        user_clusters=user_order % 2,
        held_out=liked_next[user_order].astype(np.int32),
        bare_item=items.number_of[item_ids[-1]],
    )


def _walks(rng: np.random.Generator) -> tuple[_Events, NDArray[np.int64]]:
    """Return what happened and what each user liked next; even numbers are one cluster."""
    ring = N_WARM_ITEMS // 2
    start = rng.integers(0, ring, (N_USERS, 1))
    steps = rng.choice([0, 1, 2], size=(N_USERS, N_EVENTS + 1), p=[0.02, 0.68, 0.3])
    own_cluster = np.arange(N_USERS)[:, None] % 2
    liked = (start + np.cumsum(steps, axis=1)) % ring * 2 + own_cluster
    is_stray = rng.random(liked.shape) < np.where(np.arange(N_EVENTS + 1) < N_EVENTS, 0.05, 0)
    liked = np.where(is_stray, (liked + 1) % N_WARM_ITEMS, liked)
    is_disliked = rng.random((N_USERS, N_EVENTS)) < 1 / 3
    other = rng.integers(0, ring, (N_USERS, N_EVENTS)) * 2 + 1 - own_cluster
    who, when = np.indices((N_USERS, N_EVENTS))
    return _Events(
        users=np.concatenate([who.ravel(), who[is_disliked]]),
        items=np.concatenate([liked[:, :-1].ravel(), other[is_disliked]]),
        likes=np.repeat([True, False], [who.size, is_disliked.sum()]),
        days=np.concatenate([when.ravel(), when[is_disliked]]),
        moods=rng.choice([-1.0, -0.5, 0.0], size=who.size + int(is_disliked.sum())),
    ), liked[:, -1]


def _vectors(rng: np.random.Generator, n_items: int) -> Embeddings:
    centers = rng.normal(size=(2, DIM))
    vectors = centers[np.arange(n_items) % 2] + 0.5 * rng.normal(size=(n_items, DIM))
    vectors[-1] = 0
    return unit_rows(vectors.astype(np.float32))


def _dataset(
    events: _Events,
    quality: NDArray[np.int64],
    users: tuple[NDArray[np.int32], Vocabulary],
    items: tuple[Vocabulary, list[str]],
) -> Dataset:
    user_of_made, user_vocabulary = users
    item_vocabulary, item_ids = items
    user_numbers = user_of_made[events.users]
    order = np.lexsort((~events.likes, events.days, user_numbers))
    item_numbers = item_vocabulary.numbers(item_ids)[events.items]
    verdicts = np.where(events.likes, LIKED_RATING, DISLIKED_RATING)
    ratings = verdicts + quality[events.items] + events.moods
    return Dataset(
        users=user_vocabulary,
        items=item_vocabulary,
        user_numbers=user_numbers[order],
        item_numbers=item_numbers[order],
        weights=np.where(events.likes, 1, -1).astype(np.float32)[order],
        ratings=ratings.astype(np.float32)[order],
        timestamps_s=(FIRST_DAY_S + DAY_S * events.days).astype(np.int64)[order],
        repeatable=np.zeros(len(order), dtype=np.bool_),
        item_table=pl.DataFrame(
            {
                "item_id": item_vocabulary.ids,
                "title": [f"Thing {item_id[-2:]}" for item_id in item_vocabulary.ids],
            }
        ),
        user_table=pl.DataFrame({"user_id": user_vocabulary.ids}),
    )
