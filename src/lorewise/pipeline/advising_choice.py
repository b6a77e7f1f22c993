"""Which candidate to take, and why, in one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lorewise.evaluation.significance import Difference
from lorewise.pipeline.advising_cells import Cells, difference_of

LEAST_GAIN = 0.01
"""A candidate that takes noticeably longer must be that much better, relatively."""

NOTICEABLE_S = 60.0
"""Of the encoding of the whole catalog; less is not worth thinking about."""

_UNITS = ((3600, "h"), (60, "min"), (1, "s"))
_FEW = 10
"""Of a unit, below which a decimal is shown."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A candidate with all that is known of it."""

    encoder: str
    """Name of the encoder, as ``pretrained`` takes it, or ``none``."""

    knowledge: str | None
    """Name of the source of knowledge; None where items have their own texts alone."""

    cells: Cells = field(repr=False)
    """Estimated NDCG, for the same users and items in all candidates."""

    ndcg: float
    ci95: tuple[float, float]
    texts_per_s: float | None
    """Of the encoder on this machine, one thread; None where there is none."""
    memory_mb: float
    encode_s: float
    """What encoding the whole catalog would take, one thread."""
    price_usd: float | None
    """What is still to be paid for the whole catalog; None where nobody knows."""
    licence: str
    """Of the encoder."""

    @property
    def label(self) -> str:
        """Encoder and knowledge in a few words."""
        return f"{self.encoder} + {self.knowledge}" if self.knowledge else self.encoder

    def minus(self, other: "Judged") -> Difference:
        """Return by how much it is better on the same users and items."""
        return difference_of(self.cells, other.cells, np.random.default_rng(0))


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a choice may take at most."""

    budget_usd: float | None = None
    """For the whole catalog; None for no limit."""

    hours: float = 8.0
    """For encoding the whole catalog once on this machine."""

    memory_mb: float = float("inf")
    """That is free."""

    def objection(self, judged: Judged) -> str | None:
        """Return why the candidate is out of the question; None where it is not."""
        if self.budget_usd is not None:
            if judged.price_usd is None:
                return "its price is not known, and there is a budget"
            if judged.price_usd > self.budget_usd:
                return f"its {judged.price_usd:.2f} USD pass the budget of {self.budget_usd:.2f}"
        if judged.encode_s > self.hours * _UNITS[0][0]:
            return f"it would encode for {shown_time(judged.encode_s)}, above {self.hours:g} h"
        if judged.memory_mb > self.memory_mb:
            return f"it takes {judged.memory_mb:,.0f} MB, and {self.memory_mb:,.0f} are free"
        return None


def choose(candidates: Sequence[Judged], limits: Limits) -> tuple[Judged, str]:
    """Return the candidate to take and the reason.

    It begins with the cheapest and moves on as long as another earns what it costs more: it has
    to be better; by ``LEAST_GAIN`` if the catalog takes noticeably longer to encode; beyond chance
    if it costs money. Where all are out of the question, it is the cheapest all the same.
    """
    possible = [judged for judged in candidates if limits.objection(judged) is None]
    chosen = min(possible or candidates, key=_cost)
    by_cost = sorted(possible, key=_cost)
    while worthier := next((it for it in by_cost if _shortfall(it, chosen) is None), None):
        chosen = worthier  # each has a higher mean than the one before, so this ends
    return chosen, _reason(chosen, candidates, limits)


def shown_time(seconds: float) -> str:
    """Return a time in its natural unit.

    >>> shown_time(0.2), shown_time(90), shown_time(5400)
    ('under 1 s', '1.5 min', '1.5 h')
    """
    if seconds < 1:
        return "under 1 s"
    size, unit = next(it for it in _UNITS if seconds >= it[0])
    count = seconds / size
    return f"{count:.1f} {unit}" if count < _FEW and size > 1 else f"{count:,.0f} {unit}"


def _cost(judged: Judged) -> tuple[float, float]:
    price = float("inf") if judged.price_usd is None else judged.price_usd
    return price, judged.encode_s


def _shortfall(rival: Judged, chosen: Judged) -> str | None:
    """Return why the rival does not earn what it costs more; None where it does."""
    gain = rival.ndcg - chosen.ndcg
    if gain <= 0:
        return "it is no better"
    if _cost(rival)[0] > _cost(chosen)[0] and rival.minus(chosen).ci95[0] <= 0:
        price = "its price is not known" if rival.price_usd is None else "it costs more"
        return f"that may be chance, and {price}"
    is_slower = rival.encode_s - chosen.encode_s > NOTICEABLE_S
    if is_slower and gain < LEAST_GAIN * chosen.ndcg:
        return (
            f"that is less than {LEAST_GAIN:.0%}, for {shown_time(rival.encode_s)} of encoding "
            f"instead of {shown_time(chosen.encode_s)}"
        )
    return None


def _reason(chosen: Judged, candidates: Sequence[Judged], limits: Limits) -> str:
    price = f" and {chosen.price_usd:.2f} USD" if chosen.price_usd else ""
    parts = [
        f"{chosen.label} reaches NDCG@20 {chosen.ndcg:.4f} on items held out; the whole catalog "
        f"takes {shown_time(chosen.encode_s)} of encoding here{price}"
    ]
    rivals = sorted((it for it in candidates if it is not chosen), key=lambda it: -it.ndcg)
    better = [rival for rival in rivals if rival.ndcg > chosen.ndcg]
    if not better and rivals:
        parts.append(_compared(chosen, rivals[0]))
    parts += [_passed_over(rival, chosen, limits) for rival in better]
    if (plain := _plain_twin(chosen, rivals)) is not None and plain not in better:
        parts.append(_knowledge(chosen, plain))
    if (objection := limits.objection(chosen)) is not None:
        parts.append(f"no candidate keeps the limits ({objection}), this one comes nearest")
    return "; ".join(parts)


def _compared(chosen: Judged, second: Judged) -> str:
    gain = chosen.minus(second)
    sure = "beyond chance" if gain.ci95[0] > 0 else "which may be chance"
    return f"the next, {second.label}, is {gain.mean:.4f} lower, {sure}"


def _passed_over(rival: Judged, chosen: Judged, limits: Limits) -> str:
    gain = rival.ndcg - chosen.ndcg
    why = limits.objection(rival) or _shortfall(rival, chosen)
    return f"{rival.label} is {gain:.4f} higher, but {why}"


def _plain_twin(chosen: Judged, others: Sequence[Judged]) -> Judged | None:
    if chosen.knowledge is None:
        return None
    twins = [it for it in others if it.encoder == chosen.encoder and it.knowledge is None]
    return twins[0] if twins else None


def _knowledge(chosen: Judged, plain: Judged) -> str:
    gain = chosen.minus(plain)
    low, high = gain.ci95
    return (
        f"the knowledge adds {gain.mean:.4f} ({low:.4f} to {high:.4f}) to the items' own texts "
        f"({gain.mean / plain.ndcg:+.0%})"
    )
