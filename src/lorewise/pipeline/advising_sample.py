"""A part of the catalog and of the users, on which many encoders can be tried in little time."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import ItemNumbers, Scores, UserNumbers
from lorewise.data.queries import Queries
from lorewise.data.vocabulary import Vocabulary
from lorewise.errors import DataError
from lorewise.evaluation.targets import Targets
from lorewise.models.linear import LinearScorer
from lorewise.models.linear_settings import LinearSettings
from lorewise.pipeline.scoring import batches

N_ROUNDS = 3
"""Fits of ``linear``; each has another part of the sampled items held out."""

LEAST_ITEMS = 50
"""Items with events, below which nothing can be said."""


@dataclass(frozen=True, kw_only=True)
class Half:
    """Items that nobody is shown to have touched, and who did touch them."""

    places: NDArray[np.int32]
    """Among the sampled items, rising."""

    targets: Targets
    """Places among the sampled items; a row per sampled user, who may have none."""


@dataclass(frozen=True, kw_only=True)
class Round:
    """One part of the sampled items held out; no vector went into it."""

    is_cold: NDArray[np.bool_]
    """Which are held out; shape ``(n_sampled,)``."""

    reach: Scores
    """What each user's other likes say for each sampled item that is not held out, by ``linear``;
    shape ``(n_users, n_warm)``."""

    popularity: Scores
    """log(1 + events) of each of these, less the mean; shape ``(n_warm,)``."""

    halves: tuple[Half, Half]
    """Of the items held out: each is judged with what the other chose."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """All that is needed to judge vectors of the sampled items."""

    items: ItemNumbers
    """The sampled items, rising."""

    rounds: tuple[Round, ...]
    """Every sampled item is held out in one of them."""

    n_users: int
    """How many users were drawn; a row each in every round."""

    @classmethod
    def of(
        cls,
        dataset: Dataset,
        *,
        n_items: int,
        n_users: int,
        among: NDArray[np.bool_],
        rng: np.random.Generator,
    ) -> Self:
        """Draw items and users, and fit ``linear`` on what each round does not hold out.

        Items outside the sample stay in the histories: they say what a user likes, though their
        own texts are never read. ``among`` says which items may be drawn; ``(n_items,)``.

        Raises:
            DataError: Fewer than ``LEAST_ITEMS`` of them have events, or nobody chose one of them
                and another item.
        """
        items = _sampled_items(dataset, n_items, among, rng)
        users = _sampled_users(dataset, items, n_users, rng)
        parts = np.array_split(rng.permutation(len(items)), N_ROUNDS)
        rounds = tuple(_round(dataset, users, items, part) for part in parts)
        return cls(items=items, rounds=rounds, n_users=len(users))

    def catalog(self, dataset: Dataset) -> Dataset:
        """Return the sampled items as a catalog of their own, without events."""
        nothing = dataset.only(np.zeros(0, dtype=np.int64))
        ids = tuple(dataset.items.ids[number] for number in self.items)
        return replace(nothing, items=Vocabulary(ids), item_table=dataset.item_table[self.items])


def _sampled_items(
    dataset: Dataset, n_items: int, among: NDArray[np.bool_], rng: np.random.Generator
) -> ItemNumbers:
    met = np.flatnonzero((dataset.item_counts > 0) & among)
    if len(met) < LEAST_ITEMS:
        raise DataError(
            f"only {len(met)} items have events and knowledge of every source, too few to compare "
            f"by; give at least {LEAST_ITEMS} such items, or fewer sources"
        )
    return np.sort(rng.permutation(met)[:n_items]).astype(np.int32)


def _sampled_users(
    dataset: Dataset, items: ItemNumbers, n_users: int, rng: np.random.Generator
) -> UserNumbers:
    touched = np.unique(dataset.user_numbers[np.isin(dataset.item_numbers, items)])
    several = touched[np.diff(dataset.offsets)[touched] > 1]
    if not len(several):
        raise DataError(
            f"nobody has events with one of the {len(items)} sampled items and another item; "
            "give data in which people chose more than one"
        )
    return np.sort(rng.permutation(several)[:n_users]).astype(np.int32)


def _round(
    dataset: Dataset, users: UserNumbers, items: ItemNumbers, cold: NDArray[np.int64]
) -> Round:
    is_cold = np.zeros(len(items), dtype=np.bool_)
    is_cold[cold] = True
    is_held_out = np.isin(dataset.item_numbers, items[is_cold])
    train, held_out = dataset.only(~is_held_out), dataset.only(is_held_out)
    first, second = (
        _half(held_out, users, items, np.sort(cold[start::2]).astype(np.int32)) for start in (0, 1)
    )
    warm = items[~is_cold]
    popularity = np.log1p(train.item_counts[warm]).astype(np.float32)
    return Round(
        is_cold=is_cold,
        reach=_reach(train, users, warm),
        popularity=popularity - popularity.mean(),
        halves=(first, second),
    )


def _reach(train: Dataset, users: UserNumbers, warm: ItemNumbers) -> Scores:
    bare = np.zeros((train.n_items, 0), dtype=np.float32)
    fitted = LinearScorer.fit(train, bare, LinearSettings())
    queries = train.queries(users)
    parts = [
        _row_sums(fitted, queries.part(start, stop))[:, warm]
        for start, stop in batches(queries, train.n_items)
    ]
    return np.concatenate(parts)


def _row_sums(fitted: LinearScorer, queries: Queries) -> Scores:
    """Return what the liked items of each history add to every item."""
    out = np.zeros((len(queries), fitted.n_items), dtype=np.float32)
    likes = np.maximum(fitted.strengths.of(queries), 0)
    fitted.matrix.add_to(out, queries.offsets, queries.item_numbers, likes)
    return out


def _half(
    held_out: Dataset, users: UserNumbers, items: ItemNumbers, places: NDArray[np.int32]
) -> Half:
    row_of = np.full(held_out.n_users, -1, dtype=np.int64)
    row_of[users] = np.arange(len(users))
    rows = row_of[held_out.user_numbers]
    chosen = (rows >= 0) & np.isin(held_out.item_numbers, items[places])
    targets = Targets.of(
        rows[chosen],
        np.searchsorted(items, held_out.item_numbers[chosen]),
        n_queries=len(users),
    )
    return Half(places=places, targets=targets)
