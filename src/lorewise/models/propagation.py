"""Knowledge passed along the graph of likes, from items to people and back."""

from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import ClassVar, Self

import numpy as np

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.models.item_rows import check_one_row_per_item
from lorewise.models.neural_checkpoint import Checkpoint, training_digest
from lorewise.models.neural_extra import check_installed
from lorewise.models.neural_held_out import HeldOut
from lorewise.models.neural_whitening import described_features
from lorewise.models.propagation_net import PropagationNet
from lorewise.models.propagation_settings import PropagationSettings
from lorewise.models.settings_arrays import pack_settings, unpack_settings
from lorewise.models.sparse_rows import SparseRows
from lorewise.models.strengths import EventStrengths
from lorewise.models.tastes import SignedHistories, Tastes
from lorewise.stages import Arrays


@dataclass(frozen=True, kw_only=True)
class PropagationScorer:
    """Score = cosine of a user and an item, each with what two hops of the graph bring.

    An item starts as what a net makes of its knowledge, a user as what the net makes of the mean
    knowledge of the likes. Then both add what their neighbors are, and their neighbors' neighbors.
    There are no ids: whoever comes with a history is a user like any other, and an item that
    nobody met is what the net makes of it alone. Dislikes: see ``Tastes``.

    Source: AlphaRec (Sheng et al., ICLR 2025); its hops are those of LightGCN (He et al., SIGIR
    2020, equation 3).
    """

    settings_class: ClassVar[type[PropagationSettings]] = PropagationSettings

    settings: PropagationSettings
    net: PropagationNet
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
        settings: PropagationSettings,
        *,
        checkpoints: Path | None = None,
    ) -> Self:
        """Train the net; with a folder of ``checkpoints``, from where it was cut off.

        Raises:
            DataError: There is not one vector per item.
            MissingExtraError: PyTorch is not installed.
            ArtifactMismatchError: The checkpoint is of other data or settings.
        """
        check_one_row_per_item(vectors, dataset.n_items)
        check_installed("propagation")
        from lorewise.models.propagation_training import PropagationTask, train_net

        held_out = HeldOut.of(dataset, n_users=settings.validation_users, seed=settings.seed)
        features = described_features(
            vectors, held_out.items, settings.whitening, settings.knowledge_dims
        )
        typical = EventStrengths.fit(dataset, history_tau=inf).typical
        liked = _training_likes(held_out.histories, typical, dataset.n_items)
        net = PropagationNet.untrained(features, liked, settings.dim)
        untrained = cls(
            settings=settings,
            net=net,
            tastes=Tastes.of_nobody(dataset.n_items, settings.dim),
            typical=typical,
            curve=np.zeros(0, dtype=np.float32),
        )
        if not liked.nnz or not features.shape[1]:
            return untrained

        def figure(weights: Arrays) -> float:
            return held_out.ndcg(untrained.with_weights(weights, liked).score_catalog)

        graph = net.hop(liked)[:, held_out.items]
        task = PropagationTask(graph, net.means(liked), features[held_out.items], settings)
        digest = training_digest(dataset, vectors, settings)
        kept = Checkpoint(checkpoints / "propagation.npz", digest) if checkpoints else None
        trained = train_net(task, figure if len(held_out.answers) else None, kept)
        fitted = untrained.with_weights(trained.weights, liked)
        return replace(fitted, curve=np.array(trained.curve, dtype=np.float32))

    def with_weights(self, weights: Arrays, liked: SparseRows) -> Self:
        """Return the scorer with a net of these weights, and what it makes of these people."""
        net = self.net.trained(weights, liked)
        tastes = Tastes.of(net.people(liked), net.people_of_one_item(), net.is_known)
        return replace(self, net=net, tastes=tastes)

    def item_vectors(self) -> Embeddings:
        """Return ``(n_items, dim)``, unit rows; NaN for items of which nothing is known."""
        return self.net.items.copy()

    def user_vectors(self, queries: Queries) -> Embeddings:
        """Return ``(n_queries, dim)``, of any length; inner products with items are the scores."""
        histories = SignedHistories.of(
            queries,
            self.net.is_known,
            typical=self.typical,
            half_life_events=self.settings.half_life_events,
        )
        liking = self.net.people(histories.liked)
        return self.tastes.joined(liking, histories, self.settings.dislike_strength)

    def score_catalog(self, queries: Queries) -> Scores:
        """Return ``(n_queries, n_items)``; NaN for items without likes and without a vector.

        All is NaN where no item has a vector: the net had nothing to learn from.
        """
        scores: Scores = self.user_vectors(queries) @ self.net.items.T
        return scores

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved."""
        return {
            "typical": np.array(self.typical),
            "curve": self.curve,
            **self.net.to_arrays(),
            **self.tastes.to_arrays(),
            **pack_settings(self.settings),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that was saved."""
        return cls(
            settings=unpack_settings(PropagationSettings, arrays),
            net=PropagationNet.from_arrays(arrays),
            tastes=Tastes.from_arrays(arrays),
            typical=float(arrays["typical"]),
            curve=arrays["curve"],
        )


def _training_likes(histories: Queries, typical: float, n_items: int) -> SparseRows:
    """Return the likes of those who like anything, old and new alike; ``(n_people, n_items)``."""
    everything = np.ones(n_items, dtype=np.bool_)
    signed = SignedHistories.of(histories, everything, typical=typical, half_life_events=inf)
    return signed.liked[np.flatnonzero(signed.likes_something)]
