"""What knowledge cost, as far as its provenance says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from lorewise.data.knowledge import Knowledge

N_ITEMS = 1_000
"""Prices are stated for this many items."""

_CENT = 0.01


@dataclass(frozen=True, kw_only=True)
class KnowledgeCost:
    """Money and tokens of all entries that say where they come from."""

    n_items: int = 0
    """Items that the entries tell of; one may have several."""

    n_with_provenance: int = 0
    """Items of which an entry says where it comes from."""

    tokens: int = 0
    usd: float = 0.0

    @classmethod
    def of(cls, entries: Iterable[Knowledge]) -> Self:
        """Add up what the entries say; without any, nothing is known."""
        items, told = set(), []
        for entry in entries:
            items.add(entry.subject_id)
            if entry.provenance is not None:
                told.append((entry.subject_id, entry.provenance))
        return cls(
            n_items=len(items),
            n_with_provenance=len({item for item, _ in told}),
            tokens=sum(origin.tokens for _, origin in told),
            usd=sum(origin.cost_usd for _, origin in told),
        )

    @property
    def usd_per_1000_items(self) -> float | None:
        """The price of 1,000 items; None where no entry states one.

        A sum of 0 is no price: entries state 0 where nobody knew it.

        >>> KnowledgeCost(n_items=4, n_with_provenance=2, tokens=900, usd=0.001).usd_per_1000_items
        0.5
        """
        return N_ITEMS * self.usd / self.n_with_provenance if self.usd > 0 else None

    @property
    def tokens_per_1000_items(self) -> float | None:
        """The tokens of 1,000 items; None where no entry states any."""
        return N_ITEMS * self.tokens / self.n_with_provenance if self.tokens > 0 else None

    def stated(self) -> str:
        """Return the price in words.

        >>> KnowledgeCost().stated()
        'at unknown cost'
        >>> KnowledgeCost(n_items=1, n_with_provenance=1, tokens=320).stated()
        'at an unknown price for 320,000 tokens per 1,000 items'
        """
        if (usd := self.usd_per_1000_items) is not None:
            return f"at {_dollars(usd)} per 1,000 items"
        if (tokens := self.tokens_per_1000_items) is not None:
            return f"at an unknown price for {tokens:,.0f} tokens per 1,000 items"
        return "at unknown cost"


def _dollars(usd: float) -> str:
    return f"${usd:,.2f}" if usd >= _CENT else f"${usd:.2g}"
