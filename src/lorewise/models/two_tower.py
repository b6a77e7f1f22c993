"""Two towers: a history and an item become vectors whose inner product is the score."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.models.histories import tempered
from lorewise.models.item_rows import check_one_row_per_item
from lorewise.models.neural_checkpoint import Checkpoint, training_digest
from lorewise.models.neural_extra import check_installed
from lorewise.models.neural_held_out import HeldOut
from lorewise.models.neural_whitening import described_features
from lorewise.models.settings_arrays import pack_settings, unpack_settings
from lorewise.models.strengths import EventStrengths
from lorewise.models.tastes import SignedHistories, Tastes
from lorewise.models.towers import Towers
from lorewise.models.two_tower_examples import Examples
from lorewise.models.two_tower_settings import TwoTowerSettings
from lorewise.stages import Arrays


@dataclass(frozen=True, kw_only=True)
class TwoTowerScorer:
    """Score = cosine of what the user tower makes of a history and the item tower of an item.

    Both towers read an item as the vector of its id beside what is known of it; the user tower
    reads the mean of the likes, newer ones louder. An item without events has no id and is scored
    by its knowledge, as ids are forgotten now and then in training. Dislikes: see ``Tastes``.

    Any index of inner products can serve it: fill it with ``item_vectors()``, ask it with
    ``user_vectors(queries)``.

    Source: Covington et al., RecSys 2016, for a history as a mean; Yi et al., RecSys 2019, for
    items drawn with the batch and corrected for it; Yang et al., WWW Companion 2020, for others
    drawn alike beside them; Volkovs et al., NeurIPS 2017, for ids that are forgotten. There are no
    attributes of users in a query, so the user tower reads none.
    """

    settings_class: ClassVar[type[TwoTowerSettings]] = TwoTowerSettings

    settings: TwoTowerSettings
    towers: Towers
    tastes: Tastes
    typical: float
    """The weight of an event that counts 1; above 0."""

    curve: Scores
    """NDCG@10 of the held-out events after each epoch; without any, minus the training loss."""

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        vectors: Embeddings,
        settings: TwoTowerSettings,
        *,
        checkpoints: Path | None = None,
    ) -> Self:
        """Train the towers; with a folder of ``checkpoints``, from where they were cut off.

        Raises:
            DataError: There is not one vector per item.
            MissingExtraError: PyTorch is not installed.
            ArtifactMismatchError: The checkpoint is of other data or settings.
        """
        check_one_row_per_item(vectors, dataset.n_items)
        check_installed("two_tower")
        from lorewise.models.two_tower_training import TowerTask, train_towers

        held_out = HeldOut.of(dataset, n_users=settings.validation_users, seed=settings.seed)
        features = described_features(
            vectors, held_out.items, settings.whitening, settings.knowledge_dims
        )
        untrained = cls(
            settings=settings,
            towers=Towers.untrained(features, settings.dim),
            tastes=Tastes.of_nobody(dataset.n_items, settings.dim),
            typical=EventStrengths.fit(dataset, history_tau=np.inf).typical,
            curve=np.zeros(0, dtype=np.float32),
        )
        examples = _examples(held_out, untrained.typical)
        if not len(examples):
            return untrained

        def figure(weights: Arrays) -> float:
            return held_out.ndcg(untrained.with_weights(weights, held_out).score_catalog)

        task = TowerTask(examples, features[held_out.items], settings)
        digest = training_digest(dataset, vectors, settings)
        kept = Checkpoint(checkpoints / "two_tower.npz", digest) if checkpoints else None
        trained = train_towers(task, figure if len(held_out.answers) else None, kept)
        fitted = untrained.with_weights(trained.weights, held_out)
        return replace(fitted, curve=np.array(trained.curve, dtype=np.float32))

    def with_weights(self, weights: Arrays, held_out: HeldOut) -> Self:
        """Return the scorer with towers of these weights, and what they make of these people."""
        towers = self.towers.trained(weights, held_out.items)
        read = replace(self, towers=towers)
        histories = read.signed(held_out.histories)
        people = towers.people(histories.shares())[histories.likes_something]
        tastes = Tastes.of(people, towers.people_of_one_item(), towers.is_known)
        return replace(read, tastes=tastes)

    def item_vectors(self) -> Embeddings:
        """Return ``(n_items, dim)``, unit rows; NaN for items of which nothing is known."""
        return self._item_vectors.copy()

    def user_vectors(self, queries: Queries) -> Embeddings:
        """Return ``(n_queries, dim)``, of any length; inner products with items are the scores."""
        histories = self.signed(queries)
        liking = self.towers.people(histories.shares())
        return self.tastes.joined(liking, histories, self.settings.dislike_strength)

    def signed(self, queries: Queries) -> SignedHistories:
        """Return what the queries like and dislike, as the user tower hears it."""
        half_life = self.settings.half_life_events
        return SignedHistories.of(
            queries, self.towers.is_known, typical=self.typical, half_life_events=half_life
        )

    def score_catalog(self, queries: Queries) -> Scores:
        """Return ``(n_queries, n_items)``; NaN for items without events and without a vector."""
        scores: Scores = self.user_vectors(queries) @ self._item_vectors.T
        return scores

    @cached_property
    def _item_vectors(self) -> Embeddings:
        return self.towers.items()

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved."""
        return {
            "typical": np.array(self.typical),
            "curve": self.curve,
            **self.towers.to_arrays(),
            **self.tastes.to_arrays(),
            **pack_settings(self.settings),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that was saved."""
        settings = unpack_settings(TwoTowerSettings, arrays)
        return cls(
            settings=settings,
            towers=Towers.from_arrays(arrays, settings.dim),
            tastes=Tastes.from_arrays(arrays),
            typical=float(arrays["typical"]),
            curve=arrays["curve"],
        )


def _examples(held_out: HeldOut, typical: float) -> Examples:
    """Return the examples of the histories, their items numbered by their place in ``items``."""
    names = np.zeros(int(held_out.items.max(initial=-1)) + 1, dtype=np.int32)
    names[held_out.items] = np.arange(len(held_out.items))
    histories = held_out.histories
    renamed = replace(histories, item_numbers=names[histories.item_numbers])
    return Examples.of(renamed, tempered(histories.weights, typical))
