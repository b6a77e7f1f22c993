"""Coordinate search: one setting at a time, each from a short list."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """The best settings tried."""

    settings: Mapping[str, float]
    quality: float
    n_trials: int


def coordinate_search(
    start: Mapping[str, float],
    grid: Mapping[str, Sequence[float]],
    quality_of: Callable[[Mapping[str, float]], float],
    *,
    rounds: int = 1,
    least_gain: float = 0.0,
) -> Found:
    """Improve one coordinate after the other, walking up or down its list while that helps.

    Args:
        start: Where to begin; every value must stand in its list.
        grid: Coordinate -> rising values; the order of the coordinates is the order of the search.
        quality_of: Larger is better; asked once per setting.
        rounds: Passes over the coordinates; the search ends early when one changes nothing.
        least_gain: Relative gain that a change must bring, so that noise changes nothing.

    >>> found = coordinate_search({"x": 0}, {"x": [0, 1, 2, 3]}, lambda s: -(s["x"] - 2) ** 2)
    >>> found.settings, found.n_trials
    ({'x': 2}, 4)
    """
    known: dict[tuple[tuple[str, float], ...], float] = {}

    def quality(settings: Mapping[str, float]) -> float:
        key = tuple(sorted(settings.items()))
        if key not in known:
            known[key] = quality_of(settings)
        return known[key]

    best = dict(start)
    for _ in range(rounds):
        before = dict(best)
        for name, values in grid.items():
            best = _walk(best, name, values, quality, least_gain)
        if best == before:
            break
    return Found(best, quality(best), len(known))


def _walk(
    best: dict[str, float],
    name: str,
    values: Sequence[float],
    quality: Callable[[Mapping[str, float]], float],
    least_gain: float,
) -> dict[str, float]:
    for step in (1, -1):
        at = values.index(best[name]) + step
        moved = False
        while 0 <= at < len(values):
            candidate = best | {name: values[at]}
            bar = quality(best)
            if quality(candidate) <= bar + least_gain * abs(bar):
                break
            best, moved = candidate, True
            at += step
        if moved:
            break
    return best
