"""What knowledge is worth, as values: kinds of knowledge by situations, prices and verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lorewise.evaluation.comparison import Comparison
from lorewise.evaluation.confidence import ConfidenceCheck
from lorewise.evaluation.knowledge_cost import KnowledgeCost
from lorewise.evaluation.report import Report

CAVEAT = (
    "Nobody checked what the language model wrote. It learned from texts that may be younger than "
    "the held-out interactions, so that part of a gain may be hindsight; the row without the "
    "columns that speak of success leaves out the plainest of it."
)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """One kind of knowledge, or one way to read it: a row of the table."""

    name: str
    about: str
    """What it learns from, in words."""

    has_lore: bool
    """Whether it needs what a language model wrote, and so costs what that cost."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One situation: a column of the table."""

    name: str
    about: str
    """What is held out and asked, in words."""

    place: str
    """Ends the sentence "lore pays ...", such as ``"on cold items"``."""

    metric: str
    """Such as ``"ndcg@20"``."""

    n_users: int
    """Users that have a value here."""

    controls: Sequence[Comparison]
    """The lore over the lore of other items, and over popularity; each a question of its own."""

    verdict: "Verdict"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether knowledge pays in a situation."""

    pays: bool
    """Better than without knowledge, and than with the knowledge of other items, each by more
    than chance explains."""

    sentence: str
    """The same with the figures and the price."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One kind of knowledge in one situation."""

    scenario: str
    variant: str
    value: float
    """Mean of the scenario's metric over its users."""

    ci95: tuple[float, float]

    gain: Comparison | None
    """Over the row without knowledge on the same users, corrected for the rows of the scenario;
    None in that row itself."""


@dataclass(frozen=True, kw_only=True)
class KnowledgeTable:
    """Rows by columns, and what goes with them."""

    variants: Sequence[Variant]
    scenarios: Sequence[Scenario]
    cells: Sequence[Cell]
    """One for each pair, scenario by scenario."""

    cost: KnowledgeCost
    left_out: Mapping[str, str]
    """Scenarios that the data do not suffice for -> why."""

    confidence: ConfidenceCheck | None = None
    """None where no cold items were asked for."""

    caveat: str = CAVEAT

    def cell(self, scenario: str, variant: str) -> Cell:
        """Return the cell of this column and row; there is one for each pair of names."""
        return next(
            cell for cell in self.cells if (cell.scenario, cell.variant) == (scenario, variant)
        )


@dataclass(frozen=True, kw_only=True)
class KnowledgeReport(Report):
    """A report whose rows are pairs of a scenario and a variant, and their table."""

    study: KnowledgeTable
