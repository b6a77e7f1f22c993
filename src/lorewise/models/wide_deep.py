"""A wide part that remembers crossed buckets, and a deep one that generalizes from numbers."""

from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import ClassVar, Self

import numpy as np

from lorewise.data.primitives import Embeddings, Scores
from lorewise.errors import MissingExtraError
from lorewise.models.candidate_lists import CandidateLists
from lorewise.models.evidence import Evidence
from lorewise.models.wide_deep_inputs import crossed, fused_scores, item_rows, standardized
from lorewise.models.wide_deep_settings import WideDeepSettings
from lorewise.stages import Arrays


@dataclass(frozen=True, kw_only=True)
class WideDeepRanker:
    """Fused score plus a wide part plus a deep part; trained by PyTorch, read without it.

    The wide part adds a number per cell of rank by one member, user length and item count, the
    deep one what two hidden layers make of the evidence and of the item's own vector. Training
    starts from the order of the fused score.

    Source: Cheng et al., Wide & Deep Learning for Recommender Systems, DLRS 2016; here with a
    softmax over the candidates of a query.
    """

    settings_class: ClassVar[type[WideDeepSettings]] = WideDeepSettings

    center: Scores
    """Mean of each column of the evidence; shape ``(n_columns,)``."""

    spread: Scores
    """Standard deviation likewise; above 0."""

    fused: Scores
    """Factor on the fused score; no dimensions."""

    wide: Scores
    """Shape ``(n_ranks, CELLS)``: a row for each column of ranks."""

    items: Embeddings
    """The items' own vectors; zeros for those that no list held, the last row for all beyond;
    shape ``(n_items + 1, item_dim)``."""

    first: Embeddings
    """Weights of the first layer; shape ``(n_columns + item_dim, hidden)``."""

    first_bias: Scores
    second: Embeddings
    second_bias: Scores
    last: Embeddings
    """Shape ``(hidden, 1)``."""

    @classmethod
    def fit(cls, lists: CandidateLists, settings: WideDeepSettings) -> Self:
        """Train until lists that were kept out of it get no better.

        Raises:
            MissingExtraError: PyTorch is not installed.
        """
        if find_spec("torch") is None:
            raise MissingExtraError(
                "the ranker 'wide_deep' needs the package 'torch', which is not installed; "
                "run: pip install 'lorewise[neural]'"
            )
        from lorewise.models.wide_deep_training import trained

        rows = lists.evidence.rows[lists.evidence.is_real]
        center, spread = rows.mean(axis=0), np.maximum(rows.std(axis=0), 1e-6)
        return cls(center=center, spread=spread, **trained(lists, (center, spread), settings))

    def scores(self, evidence: Evidence) -> Scores:
        """Return one score per place; larger is better."""
        own = self.items[item_rows(evidence.items, len(self.items))]
        numbers = standardized(evidence.rows, self.center, self.spread)
        hidden = np.concatenate([numbers, own], axis=2)
        hidden = np.maximum(hidden @ self.first + self.first_bias, 0)
        hidden = np.maximum(hidden @ self.second + self.second_bias, 0)
        deep = (hidden @ self.last)[:, :, 0]
        cells = crossed(evidence.rows)
        wide = sum(row[cells[:, :, at]] for at, row in enumerate(self.wide))
        scores = self.fused * fused_scores(evidence.rows) + wide + deep
        return np.asarray(scores, dtype=np.float32)

    def to_arrays(self) -> Arrays:
        """Return all weights."""
        return {f.name: getattr(self, f.name) for f in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the ranker that was saved."""
        return cls(**{f.name: arrays[f.name] for f in fields(cls)})
