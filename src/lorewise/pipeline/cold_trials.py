"""Trying block weights on cold items, many times, at the price of once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from lorewise.data.item_list import ScoredItems
from lorewise.data.primitives import Embeddings, Scores
from lorewise.evaluation.accuracy import ndcg
from lorewise.evaluation.ranks import RankedTargets
from lorewise.models.linear import LinearScorer
from lorewise.pipeline.knowledge_space import KnowledgeSpace
from lorewise.pipeline.validation import Validation

MOST_QUERIES = 2_000
"""Queries that the weights are tried on; each has many targets."""


@dataclass(frozen=True)
class _Described:
    """Items that the same blocks describe: their joined vectors have one length."""

    blocks: NDArray[np.bool_]
    """Which blocks these are; shape ``(n_blocks,)``."""

    n_warm: int
    total: Embeddings
    """The warm items' blocks side by side, summed; shape ``(dim,)``."""

    gram: NDArray[np.float64]
    """Their products, ``(dim, dim)``."""

    heard: Scores
    """What each query's history says to them, times their blocks; ``(n_queries, dim)``."""


@dataclass(frozen=True)
class ColdTrials:
    """Gives the quality that ``ColdColumns`` would have under any weights of the blocks.

    A weight only scales a block, and the rows' unit length depends on the weights and on which
    blocks an item has. So all sums over warm items are taken once for each set of blocks; a trial
    is left with one system of as many equations as there are dimensions.
    """

    validation: Validation
    names: tuple[str, ...]
    sizes: NDArray[np.int64]
    """Dimensions of each block."""

    parts: tuple[_Described, ...]
    said: Scores
    """What each query's history says to all warm items together; shape ``(n_queries,)``."""

    cold: Embeddings
    """The candidates' blocks side by side; ``(n_candidates, dim)``."""

    has_block: NDArray[np.bool_]
    """Of the candidates; ``(n_candidates, n_blocks)``."""

    @classmethod
    def of(cls, items: Validation, fitted: LinearScorer, space: KnowledgeSpace) -> Self:
        """Lay out the trials of ``items``, whose candidates are all cold in its training data."""
        validation = items.first(MOST_QUERIES)
        blocks = list(space.features.blocks.values())
        rows = np.concatenate(blocks, axis=1)
        has_block = np.stack([block.any(axis=1) for block in blocks], axis=1)
        is_warm = items.train.item_counts > 0
        heard = _heard(fitted, validation)
        parts = []
        for described in np.unique(has_block[is_warm], axis=0):
            own = np.flatnonzero(is_warm & (has_block == described).all(axis=1))
            parts.append(_described(described, rows[own], heard[:, own]))
        return cls(
            validation=validation,
            names=tuple(space.features.blocks),
            sizes=np.array([block.shape[1] for block in blocks]),
            parts=tuple(parts),
            said=heard[:, is_warm].sum(axis=1),
            cold=rows[validation.candidates],
            has_block=has_block[validation.candidates],
        )

    def quality(self, weights: Mapping[str, float], rho: float) -> float:
        """Return the mean NDCG among the cold items; 0 where every block weighs 0.

        Args:
            weights: Of the blocks; 1 where not named.
            rho: Ridge of the regression on the vectors, in items.
        """
        loud = np.array([weights.get(name, 1.0) for name in self.names])
        if not loud.any():
            return 0.0
        scores = self._scores(loud, rho)
        scores[:, ~(self.has_block & (loud > 0)).any(axis=1)] = np.nan
        scored = ScoredItems(self.validation.candidates, scores)
        ranked = RankedTargets.from_scores(scored, self.validation.targets)
        return float(np.nanmean(ndcg(ranked, self.validation.k)))

    def _scores(self, loud: NDArray[np.float64], rho: float) -> Scores:
        used = np.repeat(loud > 0, self.sizes)
        scale = np.repeat(np.sqrt(loud), self.sizes)[used]
        n_warm = sum(part.n_warm for part in self.parts)
        gram = np.zeros((len(scale), len(scale)))
        center = np.zeros(len(scale))
        heard = np.zeros((len(self.said), len(scale)), dtype=np.float32)
        for part in self.parts:
            share = _shrink(part.blocks[None], loud)[0]
            gram += share**2 * part.gram[np.ix_(used, used)]
            center += share * part.total[used] / n_warm
            heard += np.float32(share) * part.heard[:, used]
        gram *= scale[:, None] * scale
        center *= scale
        gram -= n_warm * np.outer(center, center)
        gram[np.diag_indices(len(gram))] += rho
        heard = heard * scale.astype(np.float32) - np.outer(self.said, center.astype(np.float32))
        vectors = self.cold[:, used] * scale * _shrink(self.has_block, loud)[:, None] - center
        # Half the bits suffice: rho keeps the condition near n / rho.
        small, right = gram.astype(np.float32), vectors.T.astype(np.float32)
        scores: Scores = heard @ linalg.solve(small, right, assume_a="pos", overwrite_a=True)
        return scores


def _shrink(has_block: NDArray[np.bool_], loud: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what brings rows with these blocks to length 1; shape ``(n_rows,)``."""
    squares = has_block @ loud
    return np.where(squares > 0, 1 / np.sqrt(np.where(squares > 0, squares, 1)), 0.0)


def _described(blocks: NDArray[np.bool_], rows: Embeddings, heard: Scores) -> _Described:
    return _Described(
        blocks=blocks,
        n_warm=len(rows),
        total=rows.sum(axis=0, dtype=np.float64),
        gram=(rows.T @ rows).astype(np.float64),
        heard=heard @ rows,
    )


def _heard(fitted: LinearScorer, validation: Validation) -> Scores:
    """Return what each query's likes say to every item; shape ``(n_queries, n_items)``."""
    queries = validation.queries
    out = np.zeros((len(queries), validation.n_items), dtype=np.float32)
    likes = np.maximum(fitted.strengths.of(queries), 0)
    fitted.matrix.add_to(out, queries.offsets, queries.item_numbers, likes)
    return out
