"""An inspection of a dataset, as plain data."""

from dataclasses import asdict, dataclass
from typing import Any

from lorewise.data.columns import column_roles
from lorewise.data.dataset import Dataset
from lorewise.data.inspection.bots import bot_findings
from lorewise.data.inspection.clock import Clock, clock_findings, read_clock
from lorewise.data.inspection.counts import Counts, count, count_findings
from lorewise.data.inspection.finding import Finding, Support, worst_first
from lorewise.data.inspection.item_columns import column_findings
from lorewise.data.inspection.popularity import (
    PopularityShares,
    popularity_findings,
    popularity_shares,
)
from lorewise.data.inspection.repeats import Repeats, repeat_findings, repeats
from lorewise.data.inspection.support import Figures, supports
from lorewise.data.inspection.texts import Texts, read_texts, text_findings
from lorewise.data.inspection.tie_order import TieOrder, tie_order, tie_order_findings


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What a dataset holds, what is odd about it, and what it can support."""

    fingerprint: str
    """Of the dataset."""
    counts: Counts
    repeats: Repeats
    clock: Clock
    tie_order: TieOrder
    popularity: PopularityShares
    texts: Texts
    findings: tuple[Finding, ...]
    """Worst first."""
    support: tuple[Support, ...]
    """One statement per purpose."""

    def to_json_dict(self) -> dict[str, Any]:
        """Return it as nested dicts and lists of plain values, ready for ``json.dumps``."""
        plain = asdict(self)
        plain["clock"]["span_days"] = self.clock.span_days
        return plain | {"findings": list(plain["findings"]), "support": list(plain["support"])}


def inspect(dataset: Dataset) -> Inspection:
    """Look a dataset over before anything is learned from it."""
    roles = column_roles(dataset.item_table)
    figures = Figures(count(dataset), read_clock(dataset), read_texts(dataset, roles))
    repeated, ties = repeats(dataset), tie_order(dataset)
    popularity = popularity_shares(dataset)
    findings = [
        *count_findings(figures.counts),
        *repeat_findings(repeated, dataset.n_interactions),
        *clock_findings(figures.clock),
        *tie_order_findings(ties),
        *bot_findings(dataset),
        *column_findings(dataset, roles),
        *popularity_findings(popularity, dataset.n_items),
        *text_findings(figures.texts),
    ]
    return Inspection(
        fingerprint=dataset.fingerprint,
        counts=figures.counts,
        repeats=repeated,
        clock=figures.clock,
        tie_order=ties,
        popularity=popularity,
        texts=figures.texts,
        findings=worst_first(findings),
        support=supports(dataset, figures),
    )
