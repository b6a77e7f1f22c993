"""Trains both nets, and finds on held-out events how loud each should be.

Imports PyTorch; import this module only where a net is trained.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.models.transformer_checkpoint import Checkpoint
from lorewise.models.transformer_fitted_net import IDS, KNOWLEDGE, FittedNet
from lorewise.models.transformer_gains import gains
from lorewise.models.transformer_histories import Histories, newest
from lorewise.models.transformer_order import nameless_order
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.models.transformer_training import TrainedNet, TrainingTask, train
from lorewise.models.transformer_whitening import WhitenedVectors

FEWEST_EVENTS = 3
"""Users with fewer keep them all: one to learn from would say too little."""

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Weights of knowledge that are tried; never 0 or 1, for each net knows items that the other does
not."""

QUERIES_AT_ONCE = 512


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """The events to learn from, those held out to choose by, and what is known of the items."""

    vectors: Embeddings
    settings: TransformerSettings

    histories: Queries
    """To learn from, in an order in which ids play no part."""

    items: ItemNumbers
    """Those with events, in an order in which ids play no part."""

    asked: Queries
    """Histories to be continued; at most ``max_length`` events each."""

    answers: ItemNumbers
    """How each of these went on."""

    @classmethod
    def of(cls, dataset: Dataset, vectors: Embeddings, settings: TransformerSettings) -> Self:
        """Hold out the last events of some users."""
        users, items = nameless_order(dataset)
        rows = _held_out(dataset, users, settings)
        is_kept = np.ones(dataset.n_interactions, dtype=np.bool_)
        is_kept[rows] = False
        train_set = dataset.only(is_kept)
        return cls(
            vectors=vectors,
            settings=settings,
            histories=train_set.queries(users.astype(np.int32)),
            items=items[dataset.item_counts[items] > 0].astype(np.int32),
            asked=newest(train_set.queries(dataset.user_numbers[rows]), settings.max_length),
            answers=dataset.item_numbers[rows],
        )

    def nets(self, checkpoints: Path | None, task: str) -> dict[str, FittedNet]:
        """Train a net on ids, and one on knowledge of those items that have a vector.

        A net without items is left out. ``task`` tells a checkpoint of this training from others.
        """
        has_vector = self._has_vector
        nets = {}
        for name, items in ((IDS, self.items), (KNOWLEDGE, self.items[has_vector[self.items]])):
            if len(items):
                kept = Checkpoint(checkpoints / f"{name}.npz", task) if checkpoints else None
                nets[name] = self._ids(items, kept) if name == IDS else self._known(items, kept)
        return nets

    def best_share(self, score: Callable[[float, Queries], Scores]) -> float:
        """Return the weight of knowledge under which held-out events are found best.

        ``score`` gives the scores of queries under a weight. Half where there is nothing to choose
        by; of equals, the one nearest to it.
        """
        figures = [self._ndcg(share, score) for share in SHARES] if len(self.answers) else [0.0]
        best = [
            share for share, figure in zip(SHARES, figures, strict=False) if figure == max(figures)
        ]
        return min(best, key=lambda share: abs(share - 1 / 2)) if len(self.answers) else 1 / 2

    def _ndcg(self, share: float, score: Callable[[float, Queries], Scores]) -> float:
        found = []
        for start in range(0, len(self.asked), QUERIES_AT_ONCE):
            part = self.asked.part(start, start + QUERIES_AT_ONCE)
            answers = self.answers[start : start + QUERIES_AT_ONCE]
            found.append(gains(score(share, part), part.query_numbers, part.item_numbers, answers))
        return float(np.concatenate(found).mean())

    def _ids(self, items: ItemNumbers, checkpoint: Checkpoint | None) -> FittedNet:
        trained = train(self._task(items, None), checkpoint)
        table = np.zeros((len(self.vectors), self.settings.dim), dtype=np.float32)
        table[items] = trained.table
        is_warm = self._is_among(items)
        return _fitted(trained, table, is_warm, is_warm)

    def _known(self, items: ItemNumbers, checkpoint: Checkpoint | None) -> FittedNet:
        settings = self.settings
        whitened = WhitenedVectors.fit(
            self.vectors[items], settings.whitening, settings.knowledge_dims
        )
        trained = train(self._task(items, whitened.apply(self.vectors[items])), checkpoint)
        features = whitened.apply(self.vectors)
        table = features @ trained.weights["adaptor"] + trained.weights["adaptor_bias"]
        table = np.where(self._has_vector[:, None], table, np.float32(0))
        return _fitted(trained, table, self._has_vector, self._is_among(items))

    def _task(self, items: ItemNumbers, features: Embeddings | None) -> TrainingTask:
        names = np.full(len(self.vectors), -1, dtype=np.int32)
        names[items] = np.arange(len(items))
        answers = names[self.answers]
        asked = Histories.of(self.asked, names).only(answers >= 0)
        return TrainingTask(
            histories=Histories.of(self.histories, names),
            n_items=len(items),
            features=features,
            asked=asked,
            answers=answers[answers >= 0],
            settings=self.settings,
        )

    @cached_property
    def _has_vector(self) -> NDArray[np.bool_]:
        return np.asarray(self.vectors.any(axis=1))

    def _is_among(self, items: ItemNumbers) -> NDArray[np.bool_]:
        is_among = np.zeros(len(self.vectors), dtype=np.bool_)
        is_among[items] = True
        return is_among


def _fitted(
    trained: TrainedNet,
    table: Embeddings,
    is_known: NDArray[np.bool_],
    is_warm: NDArray[np.bool_],
) -> FittedNet:
    return FittedNet.of(trained.weights, table, (is_known, is_warm), trained.curve)


def _held_out(
    dataset: Dataset, users: NDArray[np.int64], settings: TransformerSettings
) -> NDArray[np.int64]:
    """Return the rows of last events that are kept to choose by.

    Of ``validation_users`` users at most, drawn by chance; not where nothing else is known of the
    item.
    """
    rng = np.random.default_rng([settings.seed, 0])
    able = users[np.diff(dataset.offsets)[users] >= FEWEST_EVENTS]
    drawn = rng.permutation(able)[: settings.validation_users]
    rows = dataset.offsets[drawn + 1] - 1
    items = dataset.item_numbers[rows]
    left = dataset.item_counts - np.bincount(items, minlength=dataset.n_items)
    kept: NDArray[np.int64] = rows[left[items] > 0]
    return kept
