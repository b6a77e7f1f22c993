"""How far a run is, and what it has cost."""

from dataclasses import dataclass, field

from lorewise.knowledge.enrichment_ending import Ending

_MAX_REASONS = 5


@dataclass(kw_only=True)
class Tally:
    """Counts of one run, earlier ones not included."""

    n_to_ask: int
    """Subjects that the run set out to ask about."""

    n_done: int = 0
    n_failed: int = 0
    n_calls: int = 0
    tokens: int = 0
    usd: float = 0.0
    """All that was billed, or may have been."""

    reasons: dict[str, str] = field(default_factory=dict)
    """Why the first few subjects failed, by id."""

    def add(self, ending: Ending) -> None:
        """Count a call that is over."""
        self.n_calls += 1
        self.n_done += len(ending.done)
        self.n_failed += len(ending.failed)
        self.tokens += ending.usage.tokens
        self.usd += ending.usage.cost_usd
        for refusal in ending.failed[: _MAX_REASONS - len(self.reasons)]:
            self.reasons[refusal.subject.id] = refusal.reason

    @property
    def n_settled(self) -> int:
        """Subjects that are done or failed."""
        return self.n_done + self.n_failed

    @property
    def n_left(self) -> int:
        """Subjects of which nothing is known yet."""
        return self.n_to_ask - self.n_settled

    @property
    def tokens_to_come(self) -> int:
        """What the rest will take if it is like what was asked so far; 0 before the first."""
        return round(self.tokens * self._to_come)

    @property
    def usd_to_come(self) -> float:
        """What the rest will cost if it is like what was asked so far; 0 before the first."""
        return self.usd * self._to_come

    @property
    def _to_come(self) -> float:
        return self.n_left / self.n_settled if self.n_settled else 0.0
