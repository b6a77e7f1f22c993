"""Per-user accuracy from the ranks of held-out items, binary relevance.

Every function returns one value per query, shape ``(n_queries,)``, and NaN for a query that has
no targets. Tied targets all have the worst of their ranks.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from lorewise.evaluation.ranks import RankedTargets

PerUser: TypeAlias = NDArray[np.float64]
"""One value per query, NaN where undefined; shape ``(n_queries,)``."""


def mean_over_users(values: PerUser) -> float:
    """Return the mean of the defined values; NaN if there are none.

    >>> mean_over_users(np.array([1.0, np.nan, 0.0]))
    0.5
    """
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")


def precision(ranked: RankedTargets, k: int) -> PerUser:
    """Return the share of the ``k`` places that targets took; a short list is not excused."""
    return _where_targets(ranked, _hits(ranked, k) / k)


def recall(ranked: RankedTargets, k: int) -> PerUser:
    """Return the share of the targets that were among the first ``k``."""
    return _where_targets(ranked, _hits(ranked, k) / np.maximum(ranked.n_targets, 1))


def f1(ranked: RankedTargets, k: int) -> PerUser:
    """Return the harmonic mean of precision and recall at ``k``; 0 where both are."""
    return _where_targets(ranked, 2 * _hits(ranked, k) / (k + ranked.n_targets))


def hit_rate(ranked: RankedTargets, k: int) -> PerUser:
    """Return 1 where some target was among the first ``k``, else 0."""
    return _where_targets(ranked, (_hits(ranked, k) > 0).astype(np.float64))


def ndcg(ranked: RankedTargets, k: int) -> PerUser:
    """Return the discounted gain of the first ``k``, as a share of the best possible.

    The best possible list has ``min(k, n_targets)`` hits at its top.

    Source: Järvelin and Kekäläinen, TOIS 2002; binary gain, log base 2.
    """
    best = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(k) + 2))])
    ideal = best[np.clip(ranked.n_targets, 1, k)]
    gains = np.where(ranked.ranks <= k, 1 / np.log2(ranked.ranks + 1.0), 0.0)
    return _where_targets(ranked, _sums(ranked, gains) / ideal)


def mrr(ranked: RankedTargets, k: int) -> PerUser:
    """Return 1 / the rank of the best target; 0 if that is beyond ``k``.

    Source: Voorhees, TREC-8 1999.
    """
    best = np.full(len(ranked), np.inf)
    np.minimum.at(best, ranked.query_numbers, ranked.ranks.astype(np.float64))
    return _where_targets(ranked, np.where(best <= k, 1 / best, 0.0))


def average_precision(ranked: RankedTargets, k: int) -> PerUser:
    """Return the sum of the precisions at the hits within ``k``, divided by all targets.

    Its mean over users is MAP at ``k``. Divided by ``n_targets`` as in trec_eval, not by
    ``min(k, n_targets)`` as in some competitions.

    Source: Manning, Raghavan and Schütze, Introduction to Information Retrieval, 2008, eq. 8.8.
    """
    terms = np.where(ranked.ranks <= k, ranked.targets_within / ranked.ranks, 0.0)
    return _where_targets(ranked, _sums(ranked, terms) / np.maximum(ranked.n_targets, 1))


def auc(ranked: RankedTargets) -> PerUser:
    """Return the share of (target, other candidate) pairs that the scores order rightly.

    A tie counts as wrong. A target without a score loses all its pairs. NaN also where no other
    candidate has a score.

    Source: Rendle et al., UAI 2009, section 3.1.1 (there ties are wrong as well).
    """
    n_pairs = (ranked.n_targets * ranked.n_others).astype(np.float64)
    lost = _sums(ranked, ranked.others_ahead.astype(np.float64))
    return np.where(n_pairs > 0, 1 - lost / np.maximum(n_pairs, 1), np.nan)


METRICS_AT_K: MappingProxyType[str, Callable[[RankedTargets, int], PerUser]] = MappingProxyType(
    {
        "ndcg": ndcg,
        "recall": recall,
        "precision": precision,
        "f1": f1,
        "hit_rate": hit_rate,
        "mrr": mrr,
        "map": average_precision,
    }
)
"""Name in reports -> function; ``auc``, which has no cutoff, stands apart."""


def accuracy(ranked: RankedTargets, ks: tuple[int, ...]) -> dict[str, PerUser]:
    """Return every metric at every cutoff, as ``"ndcg@10"``, and ``"auc"``."""
    at_k = {f"{name}@{k}": metric(ranked, k) for k in ks for name, metric in METRICS_AT_K.items()}
    return at_k | {"auc": auc(ranked)}


def _sums(ranked: RankedTargets, terms: PerUser) -> PerUser:
    """Add up one term per target, by query."""
    sums = np.bincount(ranked.query_numbers, weights=terms, minlength=len(ranked))
    return sums.astype(np.float64)  # integer zeros where there is no target at all


def _hits(ranked: RankedTargets, k: int) -> PerUser:
    """Count the targets within ``k``, by query."""
    return _sums(ranked, (ranked.ranks <= k).astype(np.float64))


def _where_targets(ranked: RankedTargets, values: PerUser) -> PerUser:
    """Return the values, NaN for queries without targets."""
    return np.where(ranked.n_targets > 0, values, np.nan)
