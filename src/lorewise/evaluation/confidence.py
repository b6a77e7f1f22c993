"""Whether a language model's stated confidence means anything: held-out behavior judges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lorewise.evaluation.ranks import RankedTargets
from lorewise.evaluation.significance import bootstrap_intervals

PerItem = NDArray[np.float64]
"""One value per item of the catalog, NaN where nothing was held out; shape ``(n_items,)``."""

WORDS: Mapping[str, float] = MappingProxyType(
    {"low": 0.0, "medium": 1.0, "high": 2.0, "低": 0.0, "中": 1.0, "高": 2.0}
)
"""Stated confidence in words -> its place."""

N_GROUPS = 3
"""Groups of about the same size, where confidence is stated in numbers."""

N_PERMUTATIONS = 2000
TINY = 1e-12
LEVEL = 0.05


@dataclass(frozen=True, kw_only=True)
class Trend:
    """How a value goes with stated confidence, over items."""

    correlation: float
    """Pearson's; low, medium and high are 0, 1 and 2."""

    p_value: float
    """Two-sided, for no connection; by permutation of the items' confidence."""

    @property
    def rises(self) -> bool:
        """Whether the value rises with confidence by more than chance explains."""
        return self.correlation > 0 and self.p_value < LEVEL


@dataclass(frozen=True, kw_only=True)
class ConfidenceLevel:
    """The items of one stated confidence."""

    stated: str
    """As the language model put it; of numbers the smallest and the largest."""

    n_items: int
    """Items that state it and have held-out interactions."""

    quality: float
    """Mean over these items, see ``item_quality``."""

    ci95: tuple[float, float]
    """Bootstrap interval over items."""

    gain: float
    """Mean of the quality with knowledge less that without."""

    gain_ci95: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class ConfidenceCheck:
    """Stated confidence held against behavior."""

    levels: Sequence[ConfidenceLevel]
    """Rising in confidence."""

    quality: Trend | None
    """None for fewer than two levels."""

    gain: Trend | None
    """The same for what knowledge adds. Popular items are easy to place and well known to a
    language model; the gain is free of that."""

    verdict: str
    """In words."""


def item_quality(ranked: RankedTargets, item_numbers: NDArray[np.int32], n_items: int) -> PerItem:
    """Return how well each held-out item was placed for those who chose it, from 0 to 1.

    The mean, over the people who chose the item, of the share of other candidates that were
    ranked below it: 1/2 is chance.

    Args:
        ranked: Where the targets came.
        item_numbers: The targets themselves, in that order.
        n_items: Of the catalog.
    """
    others = np.maximum(ranked.n_others[ranked.query_numbers], 1)
    below = 1 - ranked.others_ahead / others
    sums = np.bincount(item_numbers, weights=below, minlength=n_items)
    counts = np.bincount(item_numbers, minlength=n_items)
    means: PerItem = np.divide(sums, counts, out=np.full(n_items, np.nan), where=counts > 0)
    return means


def check_confidence(
    stated: Sequence[str | None], quality: PerItem, without: PerItem, rng: np.random.Generator
) -> ConfidenceCheck:
    """Return whether items of higher stated confidence are placed better.

    Args:
        stated: Each item's confidence, in words or as a number; None where there is none.
        quality: By a model that has the knowledge.
        without: By the same model without it, on the same held-out rows.
        rng: Of the permutations and the resamples.
    """
    places = np.array([_place(text) for text in stated])
    checked = np.flatnonzero(~np.isnan(places + quality + without))
    places, values = places[checked], np.stack([quality, quality - without], axis=1)[checked]
    levels = [
        _level(_label(stated, checked[members]), values[members], rng)
        for members in _groups(places)
    ]
    if len(levels) < 2:  # noqa: PLR2004  one level has no trend
        return ConfidenceCheck(levels=levels, quality=None, gain=None, verdict=_nothing(levels))
    trends = [_trend(places, column, rng) for column in values.T]
    return ConfidenceCheck(
        levels=levels, quality=trends[0], gain=trends[1], verdict=_verdict(levels, *trends)
    )


def _place(text: str | None) -> float:
    word = (text or "").strip().lower()
    try:
        return WORDS[word] if word in WORDS else float(word)
    except ValueError:
        return float("nan")


def _groups(places: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Return the rows of each level, rising; many different numbers make ``N_GROUPS`` levels."""
    found = np.unique(places)
    if len(found) > N_GROUPS:
        bounds = np.quantile(places, np.arange(1, N_GROUPS) / N_GROUPS)
        places = np.digitize(places, bounds).astype(np.float64)
        found = np.unique(places)
    return [np.flatnonzero(places == place) for place in found]


def _label(stated: Sequence[str | None], rows: NDArray[np.int64]) -> str:
    texts = sorted({(stated[row] or "").strip().lower() for row in rows}, key=_place)
    return texts[0] if len(texts) == 1 or texts[0] in WORDS else f"{texts[0]} to {texts[-1]}"


def _level(label: str, values: NDArray[np.float64], rng: np.random.Generator) -> ConfidenceLevel:
    (low, high), (gain_low, gain_high) = bootstrap_intervals(values, rng).tolist()
    quality, gain = values.mean(axis=0).tolist()
    return ConfidenceLevel(
        stated=label,
        n_items=len(values),
        quality=quality,
        ci95=(low, high),
        gain=gain,
        gain_ci95=(gain_low, gain_high),
    )


def _trend(
    places: NDArray[np.float64], values: NDArray[np.float64], rng: np.random.Generator
) -> Trend:
    first, second = _standardized(places), _standardized(values)
    found = float(first @ second)
    chance = np.array([rng.permutation(first) @ second for _ in range(N_PERMUTATIONS)])
    n_beyond = np.count_nonzero(np.abs(chance) >= abs(found) - TINY)
    return Trend(correlation=found, p_value=float((1 + n_beyond) / (1 + N_PERMUTATIONS)))


def _standardized(values: NDArray[np.float64]) -> NDArray[np.float64]:
    centered = values - values.mean()
    length = float(np.linalg.norm(centered))
    scaled: NDArray[np.float64] = centered / max(length, TINY)
    return scaled


def _nothing(levels: Sequence[ConfidenceLevel]) -> str:
    if not levels:
        return "No item that could be checked states a confidence."
    return (
        f"All {levels[0].n_items:,} items that could be checked state the same confidence, "
        f"{levels[0].stated}: there is nothing to compare."
    )


def _verdict(levels: Sequence[ConfidenceLevel], quality: Trend, gain: Trend) -> str:
    qualities = ", ".join(f"{level.stated} {level.quality:.3f}" for level in levels)
    gains = ", ".join(f"{level.stated} {level.gain:+.3f}" for level in levels)
    return (
        f"Quality {_rises(quality)} with stated confidence: {qualities} "
        f"(p = {quality.p_value:.4f}). What knowledge adds {_rises(gain)} with it: {gains} "
        f"(p = {gain.p_value:.4f})."
    )


def _rises(trend: Trend) -> str:
    return "rises" if trend.rises else "does not rise"
