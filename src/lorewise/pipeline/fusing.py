"""Learning how loud each member of the fusion is."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from lorewise.data.primitives import Scores
from lorewise.models.fusion import (
    COLD,
    FREQUENT,
    RARE,
    USER_BOUNDS,
    FusionScorer,
    even_weights,
)
from lorewise.pipeline.pool import Pool
from lorewise.pipeline.scoring import batches
from lorewise.pipeline.search import coordinate_search
from lorewise.pipeline.validation import Validation

LOUDNESS = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5)
RARE_FACTORS = (0.6, 0.8, 1.0, 1.25, 1.6)
LEAST_GAIN = 0.002
LEAST_QUERIES = 300
"""A user bin with fewer validation queries keeps the common weights."""
LIST_LENGTH = 20
"""Places over which cold items get their share."""


def warm_weights(pool: Pool, names: Sequence[str]) -> Scores:
    """Return weights for warm items: common ones, then by user bin, then for rare items."""
    grid = dict.fromkeys(names, LOUDNESS)

    def quality_of(found: Mapping[str, float]) -> float:
        return pool.quality(_filled(names, found))

    # A member may help only if it is loud: from one start alone the search gets stuck before that.
    common = max(
        (
            coordinate_search(start, grid, quality_of, rounds=3, least_gain=LEAST_GAIN)
            for start in _starts(pool, names)
        ),
        key=lambda found: found.quality,
    )
    weights = _filled(names, common.settings)
    for place in range(1, len(USER_BOUNDS) + 1):
        weights[:, place] = _bin_weights(pool, names, common.settings, place)[:, place]
    factor = coordinate_search(
        {"rare": 1.0},
        {"rare": RARE_FACTORS},
        lambda found: pool.quality(_with_rare(weights, found["rare"])),
        least_gain=LEAST_GAIN,
    ).settings["rare"]
    return _with_rare(weights, factor)


def member_figures(
    pool: Pool, weights: Scores, names: Sequence[str]
) -> dict[str, dict[str, float]]:
    """Return each member's NDCG ``alone``, and its ``gain``.

    The gain is what the fusion loses if the member falls silent and the others stay as loud.
    """
    fused = pool.quality(weights)
    figures = {}
    for at, name in enumerate(names):
        without = weights.copy()
        without[at] = 0
        alone, rest = pool.quality(_only(names, at)), pool.quality(without)
        figures[name] = {"alone": round(alone, 5), "gain": round(fused - rest, 5)}
    return figures


def loudest(pool: Pool, names: Sequence[str], start: str) -> Scores:
    """Return the same weights for all users and items, shape as ``warm_weights``.

    ``start`` is the member that speaks alone at first.
    """
    found = coordinate_search(
        dict.fromkeys(names, 0.0) | {start: 1.0},
        dict.fromkeys(names, LOUDNESS),
        lambda settings: pool.quality(_filled(names, settings)),
        rounds=2,
        least_gain=LEAST_GAIN,
    )
    return _filled(names, found.settings)


def cold_factor(fusion: FusionScorer, items: Validation, share: float) -> float:
    """Return the factor on the cold weights at which cold items get ``share`` of all places.

    Items that nobody has met yet deserve the exposure that items of their kind turned out to
    deserve: ``share`` is the held-out items' part in all events. Their standardized scores are
    compressed, for a regression never reaches as far as what it was fitted to.
    """
    warm, cold = [], []
    is_warm = fusion.groups != COLD
    # Items that had no events to hold out are no sample of anything: they stay out of this.
    held_out = np.unique(items.targets.item_numbers)
    for start, stop in batches(items.queries, items.n_items * len(fusion.members)):
        queries = items.queries.part(start, stop)
        scores = fusion.score_catalog(queries)
        scores[queries.query_numbers, queries.item_numbers] = np.nan
        scores = np.nan_to_num(scores, nan=-np.inf)
        warm.append(_top(scores[:, is_warm]))
        cold.append(_top(scores[:, held_out]))
    return _bisect(lambda s: _cold_share(np.concatenate(warm), np.concatenate(cold), s), share)


def for_all(names: Sequence[str], weights: Scores) -> Scores:
    """Return the weights of the first members with silence for the rest of these names."""
    silent = np.zeros_like(even_weights(names[len(weights) :]))
    return np.concatenate([weights, silent])


def joined_weights(warm: Scores, cold: Scores, factor: float) -> Scores:
    """Return the weights of all groups."""
    weights = warm.copy()
    weights[:, :, COLD] = cold[:, :, COLD] * factor
    return weights


def with_spoken(weights: Scores, spoken: Scores) -> Scores:
    """Return the weights with those for empty histories set: of people who speak, and strangers."""
    weights = weights.copy()
    weights[:, 0] = spoken[:, 0]
    return weights


def _filled(names: Sequence[str], loudness: Mapping[str, float]) -> Scores:
    weights = even_weights(names)
    weights *= np.array([loudness[name] for name in names], dtype=np.float32)[:, None, None]
    return weights


def _starts(pool: Pool, names: Sequence[str]) -> list[dict[str, float]]:
    """Return the best member alone, the best two alike, and so on to all."""
    alone = [pool.quality(_only(names, member)) for member in range(len(names))]
    best_first = [names[member] for member in np.argsort(np.negative(alone), kind="stable")]
    return [
        {name: float(name in best_first[:n]) for name in names} for n in range(1, len(names) + 1)
    ]


def _only(names: Sequence[str], member: int) -> Scores:
    weights = np.zeros_like(even_weights(names))
    weights[member] = 1
    return weights


def _with_rare(weights: Scores, factor: float) -> Scores:
    weights = weights.copy()
    weights[:, :, RARE] = weights[:, :, FREQUENT] * np.float32(factor)
    return weights


def _bin_weights(
    pool: Pool, names: Sequence[str], common: Mapping[str, float], place: int
) -> Scores:
    mask = pool.bins == place
    if mask.sum() < LEAST_QUERIES:
        return _filled(names, common)
    found = coordinate_search(
        common,
        dict.fromkeys(names, LOUDNESS),
        lambda settings: pool.quality(_filled(names, settings), of=mask),
        least_gain=5 * LEAST_GAIN,
    )
    return _filled(names, found.settings)


def _top(scores: Scores) -> Scores:
    k = min(LIST_LENGTH, scores.shape[1])
    return -np.partition(-scores, k - 1, axis=1)[:, :k] if k else scores


def _cold_share(warm: Scores, cold: Scores, factor: float) -> float:
    scores = np.concatenate([warm, cold * factor], axis=1)
    k = min(LIST_LENGTH, scores.shape[1])
    top = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    return float((top >= warm.shape[1]).mean())


def _bisect(share_at: Callable[[float], float], share: float) -> float:
    low, high = 0.0, 8.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if share_at(middle) < share else (low, middle)
    return (low + high) / 2
