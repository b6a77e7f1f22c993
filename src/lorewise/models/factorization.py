"""The hybrid factorization machine: users and items as factors and biases, learned by ranking."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.errors import DataError
from lorewise.models.factorization_fold_in import (
    FoldIn,
    PointwiseFoldIn,
    RankingFoldIn,
    fold_in_from,
)
from lorewise.models.factorization_machine import Machine
from lorewise.models.factorization_settings import FactorizationSettings
from lorewise.models.factorization_training import trained
from lorewise.models.rating_scale import RatingScale
from lorewise.models.settings_arrays import pack_settings, unpack_settings
from lorewise.stages import Arrays


@dataclass(frozen=True)
class FactorizationScorer:
    """score(u, i) = p_u . (e_i + W' v_i) + b_u + b_i: factors p, e, biases b, item vectors v.

    An item's factors, and likewise its bias, are its own part plus what a learned linear map W
    makes of its vector. So a hardly known item starts from what is known of its kind, and an item
    without interactions is what its vector says. Users have rows of their own while the machine
    learns, but a query carries no user: its row is read off its history by a ridge regression
    (``RankingFoldIn``, ``PointwiseFoldIn``), the same for people in the data and for strangers.
    For want of a user to look up, attributes of users are not used. On held-out events of
    MovieLens a row read off a whole history ranks somewhat worse than the learned one, and a row
    read off recent events better: `benchmarks/factorization.py` shows all three.

    Where choices are ranked, a dislike counts as a choice in training, for the people who dislike
    an item have chosen it; ``logistic`` learns to tell it from a like. Interactions weigh as in
    ``EventStrengths``.

    Source: Kula, CBRecSys 2015 (LightFM); WARP: Weston et al., IJCAI 2011; k-OS WARP: Weston et
    al., RecSys 2013; BPR: Rendle et al., UAI 2009; ``squared``: Koren et al., Computer 2009. We
    differ: users are folded in; W moves ten times an epoch; k-OS makes one step per event.
    """

    settings_class: ClassVar[type[FactorizationSettings]] = FactorizationSettings

    settings: FactorizationSettings
    machine: Machine
    fold_in: FoldIn
    scale: RatingScale
    """Of the ratings in training."""

    is_known: NDArray[np.bool_]
    """Items with interactions or, where any has, with a vector; shape ``(n_items,)``."""

    @classmethod
    def fit(cls, dataset: Dataset, vectors: Embeddings, settings: FactorizationSettings) -> Self:
        """Learn from the interactions and from ``vectors``, shape ``(n_items, dim)``.

        Raises:
            DataError: There is not one vector per item, or ``squared`` finds no ratings.
        """
        nobody = Machine.empty(vectors.shape[1], settings)
        return cls._after(nobody, dataset, vectors, settings, settings.n_epochs)

    def fit_partial(self, dataset: Dataset, vectors: Embeddings, *, n_epochs: int) -> Self:
        """Return the scorer after that many more passes over all the data, old and new.

        New users and items start afresh. On the same data this equals a longer fit.

        Args:
            dataset: All interactions, with users and items numbered as here; new ones are last.
            vectors: Of all items; shape ``(n_items, dim)``.
            n_epochs: At least 0.

        Raises:
            DataError: Users, items or dimensions are fewer than here, or ratings are missing.
        """
        return self._after(self.machine, dataset, vectors, self.settings, n_epochs)

    @classmethod
    def _after(
        cls,
        machine: Machine,
        dataset: Dataset,
        vectors: Embeddings,
        settings: FactorizationSettings,
        n_epochs: int,
    ) -> Self:
        _check_ratings(dataset, settings)
        grown = machine.grown(dataset, vectors, settings)
        learned = trained(grown, dataset, vectors, settings, n_epochs)
        fold_in = PointwiseFoldIn if settings.is_pointwise else RankingFoldIn
        is_warm = dataset.item_counts > 0
        return cls(
            settings,
            learned,
            fold_in.fit(learned, dataset, settings),
            RatingScale.of(dataset.ratings),
            is_warm | (vectors.any(axis=1) & is_warm.any()),
        )

    def with_new_items(self, vectors: Embeddings) -> Self:
        """Return the scorer with more cold items at the end of the catalog.

        ``vectors`` has shape ``(n_new, dim)``, encoded as the others were.

        Raises:
            DataError: The vectors have another ``dim``.
        """
        is_known = np.concatenate([self.is_known, vectors.any(axis=1) & self.is_known.any()])
        return replace(self, machine=self.machine.with_arrivals(vectors), is_known=is_known)

    def score_catalog(self, queries: Queries) -> Scores:
        """Return what the machine says; under ``squared`` the rating to be expected.

        Without a history it is the items' biases. NaN for items without interactions and vector.
        """
        item_rows = self.machine.items.values
        scores: Scores = self.fold_in.user_rows(item_rows, queries) @ item_rows.T
        if self.settings.loss == "squared":
            scores += np.float32(self.scale.mean)
        scores[:, ~self.is_known] = np.nan
        return scores

    def predict_ratings(self, queries: Queries, item_numbers: ItemNumbers) -> Scores:
        """Return ratings within the bounds seen; shape ``(n_queries, len(item_numbers))``.

        NaN for items of which nothing is known.

        Raises:
            DataError: The loss is not ``squared``.
        """
        if self.settings.loss != "squared":
            raise DataError(
                f"loss {self.settings.loss!r} does not learn ratings; "
                "fit with 'squared' to predict them"
            )
        return self.scale.clip(self.score_catalog(queries)[:, item_numbers])

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved; going on learning is possible from it."""
        scale = np.array([self.scale.mean, self.scale.lowest, self.scale.highest])
        return (
            dict(self.machine.to_arrays())
            | dict(self.fold_in.to_arrays())
            | {"scale": scale, "is_known": self.is_known}
            | pack_settings(self.settings)
        )

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that was saved."""
        settings = unpack_settings(FactorizationSettings, arrays)
        scale = RatingScale(*arrays["scale"].tolist())
        return cls(
            settings,
            Machine.from_arrays(arrays),
            fold_in_from(arrays, scale, settings),
            scale,
            arrays["is_known"],
        )


def _check_ratings(dataset: Dataset, settings: FactorizationSettings) -> None:
    is_missing = dataset.n_interactions and np.isnan(dataset.ratings).all()
    if settings.loss == "squared" and is_missing:
        raise DataError(
            "loss 'squared' learns ratings and the data hold none; choose warp, bpr or logistic"
        )
