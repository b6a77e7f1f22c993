"""One sentence on whether knowledge pays: the figures decide, and chance has to be ruled out."""

from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.knowledge_report import Verdict
from lorewise.evaluation.metric_guide import metric_label

LEVEL = 0.05


def verdict(
    place: str,
    gain: Comparison,
    control: Comparison,
    price: str,
    floor: Comparison | None = None,
) -> Verdict:
    """Return whether the knowledge pays in this place.

    Args:
        place: Such as ``"on cold items"``.
        gain: Of the knowledge over having none.
        control: Of the knowledge over that of other items.
        price: Such as ``"at unknown cost"``.
        floor: Of the knowledge over popularity, where this is worth a word.

    >>> found = Comparison(
    ...     algorithm="lore", reference="none", metric="ndcg@20", difference=0.158,
    ...     ci95=(0.15, 0.166), p_value=0.001, p_holm=0.002,
    ... )
    >>> verdict("on cold items", found, found, "at unknown cost").sentence
    'Lore pays on cold items: +.158 NDCG@20 (+.150 to +.166), at unknown cost.'
    """
    pays = is_beyond_chance(gain, 1) and is_beyond_chance(control, 1)
    start = "Lore pays" if pays else "Lore does not pay"
    reason = _reason(gain, control) if not pays else f", {price}"
    words = f"{start} {place}: {_figures(gain)}{reason}"
    return Verdict(pays=pays, sentence=f"{words}{_floor(floor)}.")


def is_beyond_chance(found: Comparison, sign: int) -> bool:
    """Return whether the difference has this sign (1 or -1) by more than chance explains."""
    return found.difference * sign > 0 and found.p_holm < LEVEL


def signed(value: float) -> str:
    """Return a difference with its sign, three decimals and no leading 0.

    >>> signed(0.158), signed(-0.0204), signed(1.5)
    ('+.158', '-.020', '+1.500')
    """
    return f"{value:+.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:+.3f}"


def _figures(found: Comparison) -> str:
    low, high = found.ci95
    return (
        f"{signed(found.difference)} {metric_label(found.metric)} ({signed(low)} to {signed(high)})"
    )


def _reason(gain: Comparison, control: Comparison) -> str:
    if is_beyond_chance(gain, -1):
        return ", which is a loss"
    if not is_beyond_chance(gain, 1):
        return f", which chance may explain (corrected p = {gain.p_holm:.2f})"
    return f", but over the lore of other items only {_figures(control)}"


def _floor(floor: Comparison | None) -> str:
    return "" if floor is None else f"; over popularity {_figures(floor)}"
