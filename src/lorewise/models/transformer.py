"""SASRec twice: a net on ids and a net on knowledge, trained apart, heard together."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.primitives import Embeddings, Scores
from lorewise.data.queries import Queries
from lorewise.models.item_rows import check_one_row_per_item
from lorewise.models.neural_checkpoint import training_digest
from lorewise.models.neural_extra import Report, check_installed
from lorewise.models.settings_arrays import pack_settings, unpack_settings
from lorewise.models.strengths import EventStrengths
from lorewise.models.transformer_dislikes import DislikeForce, StepwiseDislikes
from lorewise.models.transformer_fitted_net import IDS, KNOWLEDGE, FittedNet
from lorewise.models.transformer_histories import newest
from lorewise.models.transformer_settings import TransformerSettings
from lorewise.stages import Arrays

LEAST_SHARE = 1e-9
"""An item that no net knows is divided by this, and 0 remains."""


@dataclass(frozen=True, kw_only=True)
class TransformerScorer:
    """Weighted sum of the nets' standardized scores.

    An item that only one net knows, as a cold one is known by its vector alone, is scored by that
    one as if the other agreed. Scores have mean 0 over the items with events, and a standard
    deviation of at most 1.

    Source: SASRec (Kang and McAuley, ICDM 2018), see ``transformer_net``; two nets summed late as
    in EnsRec (2025), here with a weight found on held-out events.
    """

    settings_class: ClassVar[type[TransformerSettings]] = TransformerSettings

    settings: TransformerSettings
    nets: dict[str, FittedNet]
    """By name, ids first; none where nobody did anything."""

    knowledge_share: float
    """Weight of the net on knowledge; from 0 to 1, and 1 less for the other."""

    dislikes: StepwiseDislikes
    typical: float
    """The weight of an event that counts 1; above 0."""

    @classmethod
    def fit(
        cls,
        dataset: Dataset,
        vectors: Embeddings,
        settings: TransformerSettings,
        *,
        checkpoints: Path | None = None,
        report: Report | None = None,
    ) -> Self:
        """Train the nets; with a folder of ``checkpoints``, from where they were cut off.

        ``report`` is told the share of the longest training that is done.

        Raises:
            DataError: There is not one vector per item.
            MissingExtraError: PyTorch is not installed.
            ArtifactMismatchError: The checkpoints are of other data or settings.
        """
        check_one_row_per_item(vectors, dataset.n_items)
        check_installed("transformer")
        from lorewise.models.transformer_fitting import Fitting

        fitting = Fitting.of(dataset, vectors, settings)
        nets = fitting.nets(checkpoints, training_digest(dataset, vectors, settings), report)
        spaces = [net.rows for name, net in nets.items() if name == IDS]
        scorer = cls(
            settings=settings,
            nets=nets,
            knowledge_share=1 / 2 if settings.knowledge_share is None else settings.knowledge_share,
            dislikes=StepwiseDislikes.fit(*spaces, vectors),
            typical=EventStrengths.fit(dataset, history_tau=np.inf).typical,
        )
        if settings.knowledge_share is not None:
            return scorer
        share = fitting.best_share(
            lambda share, asked: replace(scorer, knowledge_share=share).score_catalog(asked)
        )
        return replace(scorer, knowledge_share=share)

    @property
    def n_items(self) -> int:
        """Items in the catalog."""
        return len(self.dislikes.near)

    def score_catalog(self, queries: Queries) -> Scores:
        """Return ``(n_queries, n_items)``; NaN for cold items without a vector.

        Raises:
            MissingExtraError: PyTorch is not installed.
        """
        if not self.nets:
            return np.full((len(queries), self.n_items), np.nan, dtype=np.float32)
        check_installed("transformer")
        read = newest(queries, self.settings.max_length)
        reached = np.concatenate(
            [net.reached(read, self.settings) for net in self.nets.values()], axis=1
        )
        out: Scores = reached[read.offsets[1:] + np.arange(len(read))] @ self._rows.T
        force = DislikeForce(
            self.typical, self.settings.dislike_strength, self.settings.dislike_tau
        )
        self.dislikes.take_from(out, read, reached, self._rows, force)
        out[:, ~self._is_known] = np.nan
        return out

    @cached_property
    def _is_known(self) -> NDArray[np.bool_]:
        return np.asarray(np.any([net.is_known for net in self.nets.values()], axis=0))

    @cached_property
    def _rows(self) -> Embeddings:
        """The items' vectors in all nets side by side, each times its weight."""
        shares = {IDS: 1 - self.knowledge_share, KNOWLEDGE: self.knowledge_share}
        weights = np.array([shares[name] * net.is_known for name, net in self.nets.items()])
        weights = (weights / np.maximum(weights.sum(axis=0), LEAST_SHARE)).astype(np.float32)
        return np.concatenate(
            [
                weight[:, None] * net.rows
                for weight, net in zip(weights, self.nets.values(), strict=True)
            ],
            axis=1,
        )

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved."""
        numbers = np.array([self.knowledge_share, self.typical])
        arrays = {"numbers": numbers, **pack_settings(self.settings), **self.dislikes.to_arrays()}
        for name, net in self.nets.items():
            arrays.update(net.to_arrays(name))
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the scorer that was saved."""
        share, typical = arrays["numbers"].tolist()
        names = [name for name in (IDS, KNOWLEDGE) if f"{name}.table" in arrays]
        return cls(
            settings=unpack_settings(TransformerSettings, arrays),
            nets={name: FittedNet.from_arrays(arrays, name) for name in names},
            knowledge_share=share,
            dislikes=StepwiseDislikes.from_arrays(arrays),
            typical=typical,
        )
