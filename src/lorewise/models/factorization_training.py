"""How a factorization machine learns: epochs of gradient steps over the interactions."""

from dataclasses import dataclass, replace
from typing import Self, get_args

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers, Offsets, Scores, UserNumbers
from lorewise.data.vocabulary import Vocabulary
from lorewise.models.factorization_machine import Machine
from lorewise.models.factorization_settings import FactorizationSettings, Loss
from lorewise.models.rating_scale import RatingScale
from lorewise.models.strengths import EventStrengths

LOSSES: tuple[str, ...] = get_args(Loss)
"""In the order in which the kernels number them."""

MAP_STEPS = 10
"""Steps of the vector map in an epoch: each costs a product of all vectors with the map."""


@dataclass(frozen=True)
class IdOrder:
    """Users and items renumbered by id, so that chance does not depend on our own numbers."""

    users: NDArray[np.int64]
    """User numbers in alphabetical order of the ids; shape ``(n_users,)``."""

    items: NDArray[np.int64]
    """Item numbers likewise; shape ``(n_items,)``."""

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """Return the order of these users and items."""
        return cls(_alphabetical(dataset.users), _alphabetical(dataset.items))


@dataclass(frozen=True)
class TrainingEvents:
    """The interactions, with users and items numbered by id; sorted by user, then time."""

    users: UserNumbers
    items: ItemNumbers
    weights: Scores
    """Tempered sizes; above 0."""

    targets: Scores
    """What a pointwise loss expects: 1 or 0 for a like or dislike, a rating less the mean."""

    offsets: Offsets
    """User u's choices are ``chosen[offsets[u]:offsets[u + 1]]``."""

    chosen: ItemNumbers
    """Rising within a user."""

    candidates: ItemNumbers
    """Items with events, from which others than the chosen are drawn, rising."""

    @classmethod
    def of(cls, dataset: Dataset, order: IdOrder, settings: FactorizationSettings) -> Self:
        """Lay out what the loss learns from."""
        by_user = np.argsort(_places(order.users)[dataset.user_numbers], kind="stable")
        if settings.loss == "squared":
            by_user = by_user[~np.isnan(dataset.ratings[by_user])]
            targets = dataset.ratings - np.float32(RatingScale.of(dataset.ratings).mean)
        else:
            targets = (dataset.weights > 0).astype(np.float32)
        users = _places(order.users)[dataset.user_numbers[by_user]]
        items = _places(order.items)[dataset.item_numbers[by_user]]
        sizes = EventStrengths.fit(dataset, history_tau=np.inf).tempered(np.abs(dataset.weights))
        counts = np.bincount(users, minlength=dataset.n_users)
        return cls(
            users=users,
            items=items,
            weights=sizes[by_user],
            targets=targets[by_user],
            offsets=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            chosen=items[np.lexsort((items, users))],
            candidates=np.unique(items),
        )


def trained(
    machine: Machine,
    dataset: Dataset,
    vectors: Embeddings,
    settings: FactorizationSettings,
    n_epochs: int,
) -> Machine:
    """Return the machine after that many more passes; it knows all users and items already.

    Each epoch draws from a seed of its own, so that going on is the same as not having stopped.
    """
    order = IdOrder.of(dataset)
    events = TrainingEvents.of(dataset, order, settings)
    pupil = replace(
        machine, users=machine.users.at(order.users), items=machine.items.at(order.items)
    )
    for _ in range(n_epochs):
        pupil = _after_epoch(pupil, events, vectors[order.items], settings)
    return replace(
        pupil,
        users=pupil.users.at(_places(order.users)),
        items=pupil.items.at(_places(order.items)),
    )


def _after_epoch(
    pupil: Machine, events: TrainingEvents, vectors: Embeddings, settings: FactorizationSettings
) -> Machine:
    """Make one pass; rows of users and items are changed in place."""
    rng = np.random.default_rng((settings.seed, pupil.n_epochs))
    seed = rng.integers(1, 2**63, size=1, dtype=np.uint64)
    turns = rng.permutation(len(events.users))
    if vectors.shape[1] == 0:
        _step(pupil, events, turns, pupil.items.values[:0], settings, seed)
    else:
        for turn in np.array_split(turns, MAP_STEPS):
            gradients = np.zeros_like(pupil.items.values)
            _step(pupil, events, turn, gradients, settings, seed)
            pupil = _with_map_moved(pupil, vectors, gradients, settings)
    return replace(pupil, n_epochs=pupil.n_epochs + 1)


def _step(
    pupil: Machine,
    events: TrainingEvents,
    turn: NDArray[np.int64],
    gradients: Embeddings,
    settings: FactorizationSettings,
    seed: NDArray[np.uint64],
) -> None:
    """Make one step for each of these events."""
    from lorewise.models.factorization_kernels import learn_ranks, learn_targets

    learned = (pupil.users.parts, pupil.items.parts, gradients)
    how = (LOSSES.index(settings.loss), _pace(settings))
    seen = (events.users[turn], events.items[turn], events.weights[turn])
    if settings.is_pointwise:
        learn_targets(seen, events.targets[turn], *learned, *how)
        return
    search = (
        *(events.offsets, events.chosen, events.candidates),
        *(settings.max_sampled, settings.kos_choices, settings.kos_place),
    )
    learn_ranks(seen, search, *learned, *how, seed)


def _with_map_moved(
    pupil: Machine, vectors: Embeddings, gradients: Embeddings, settings: FactorizationSettings
) -> Machine:
    """Move the vector map, and with it all items, in place."""
    before = pupil.vector_map
    pull = np.float32(settings.item_pull) * before.values
    after = before.stepped(vectors.T @ gradients + pull, settings.learning_rate)
    pupil.items.values[:] += vectors @ (after.values - before.values)
    return replace(pupil, vector_map=after)


def _pace(settings: FactorizationSettings) -> tuple[bool, np.float32, np.float32, np.float32]:
    numbers = (settings.learning_rate, settings.user_pull, settings.item_pull)
    rate, user_pull, item_pull = map(np.float32, numbers)
    return settings.schedule == "adadelta", rate, user_pull, item_pull


def _alphabetical(vocabulary: Vocabulary) -> NDArray[np.int64]:
    return np.argsort(vocabulary.array, kind="stable")


def _places(order: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return where each number stands in the order."""
    places = np.empty(len(order), dtype=np.int32)
    places[order] = np.arange(len(order))
    return places
