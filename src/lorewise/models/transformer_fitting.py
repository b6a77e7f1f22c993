"""Trains both nets, and finds on held-out events how loud each should be.

Imports PyTorch; import this module only where a net is trained.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, ItemNumbers, Scores
from lorewise.data.queries import Queries
from lorewise.models.neural_checkpoint import Checkpoint
from lorewise.models.neural_extra import Report
from lorewise.models.neural_held_out import HeldOut
from lorewise.models.neural_weights import as_tensors
from lorewise.models.neural_whitening import WhitenedVectors, described_features
from lorewise.models.transformer_fitted_net import IDS, KNOWLEDGE, FittedNet
from lorewise.models.transformer_histories import Histories, newest
from lorewise.models.transformer_net import item_rows
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.models.transformer_training import TrainedNet, TrainingTask, train

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Weights of knowledge that are tried; never 0 or 1, for each net knows items that the other does
not."""


@dataclass(frozen=True)
class Fitting:
    """The events to learn from, those held out to choose by, and what is known of the items."""

    vectors: Embeddings
    settings: TransformerSettings

    held_out: HeldOut
    """Histories to be continued have at most ``max_length`` events each."""

    @classmethod
    def of(cls, dataset: Dataset, vectors: Embeddings, settings: TransformerSettings) -> Self:
        """Hold out the last events of some users."""
        held_out = HeldOut.of(dataset, n_users=settings.validation_users, seed=settings.seed)
        asked = newest(held_out.asked, settings.max_length)
        return cls(vectors, settings, replace(held_out, asked=asked))

    def nets(
        self, checkpoints: Path | None, task: str, report: Report | None = None
    ) -> dict[str, FittedNet]:
        """Train a net on ids, and one on knowledge of those items that have a vector.

        A net without items is left out. ``task`` tells a checkpoint of this training from others.
        """
        warm = self.held_out.items
        wanted = {IDS: warm, KNOWLEDGE: warm[self._has_vector[warm]]}
        wanted = {name: items for name, items in wanted.items() if len(items)}
        nets = {}
        for place, (name, items) in enumerate(wanted.items()):
            kept = Checkpoint(checkpoints / f"{name}.npz", task) if checkpoints else None
            own = None if report is None else partial(_part, report, place, len(wanted))
            fit = self._ids if name == IDS else self._known
            nets[name] = fit(items, kept, own)
        return nets

    def best_share(self, score: Callable[[float, Queries], Scores]) -> float:
        """Return the weight of knowledge under which held-out events are found best.

        ``score`` gives the scores of queries under a weight. Half where there is nothing to choose
        by; of equals, the one nearest to it.
        """
        if not len(self.held_out.answers):
            return 1 / 2
        figures = [self.held_out.ndcg(partial(score, share)) for share in SHARES]
        best = [
            share for share, figure in zip(SHARES, figures, strict=True) if figure == max(figures)
        ]
        return min(best, key=lambda share: abs(share - 1 / 2))

    def _ids(
        self, items: ItemNumbers, checkpoint: Checkpoint | None, report: Report | None
    ) -> FittedNet:
        settings = self.settings
        everything = np.arange(len(items), dtype=np.int32)
        start = described_features(
            self.vectors[items], everything, settings.whitening, settings.dim
        )
        task = replace(self._task(items, None), start=start)
        trained = train(task, checkpoint, report)
        table = np.zeros((len(self.vectors), self.settings.dim), dtype=np.float32)
        table[items] = trained.table
        is_warm = self._is_among(items)
        return _fitted(trained, table, is_warm, is_warm)

    def _known(
        self, items: ItemNumbers, checkpoint: Checkpoint | None, report: Report | None
    ) -> FittedNet:
        settings = self.settings
        whitened = WhitenedVectors.fit(
            self.vectors[items], settings.whitening, settings.knowledge_dims
        )
        trained = train(self._task(items, whitened.apply(self.vectors[items])), checkpoint, report)
        features = whitened.apply(self.vectors)
        table = item_rows(as_tensors(trained.weights), torch.from_numpy(features)).numpy()
        table = np.where(self._has_vector[:, None], table, np.float32(0))
        is_warm = self._is_among(items)
        mean = table[is_warm].mean(axis=0)
        is_cold = self._has_vector & ~is_warm
        table[is_cold] += np.float32(self.settings.cold_shrinkage) * (mean - table[is_cold])
        return _fitted(trained, table, self._has_vector, is_warm)

    def _task(self, items: ItemNumbers, features: Embeddings | None) -> TrainingTask:
        names = np.full(len(self.vectors), -1, dtype=np.int32)
        names[items] = np.arange(len(items))
        answers = names[self.held_out.answers]
        asked = Histories.of(self.held_out.asked, names).only(answers >= 0)
        return TrainingTask(
            histories=Histories.of(self.held_out.histories, names),
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


def _part(report: Report, place: int, n_parts: int, share: float) -> None:
    report((place + share) / n_parts)


def _fitted(
    trained: TrainedNet,
    table: Embeddings,
    is_known: NDArray[np.bool_],
    is_warm: NDArray[np.bool_],
) -> FittedNet:
    return FittedNet.of(trained.weights, table, (is_known, is_warm), trained.curve)
