"""What is recorded about each call to a language model, and what came of its subjects."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lorewise.data.knowledge import Provenance, SubjectKind

CallStatus = Literal["in_flight", "done", "failed", "interrupted"]
"""``interrupted``: its process ended first, so nobody knows whether it was billed."""

SubjectStatus = Literal["done", "failed"]


@dataclass(frozen=True, kw_only=True)
class CallStart:
    """A call that is about to leave; recorded before it does."""

    call_id: str
    """Never used before; at most 64 characters."""

    kind: SubjectKind
    model: str
    prompt_digest: str
    question_digest: str
    """Of the whole question; the same question has the same one."""

    subjects: tuple[tuple[str, str], ...]
    """Id and input digest of each subject, in the order of the question."""

    charged_tokens: int
    charged_usd: float
    """The most that the call may cost; it counts until the call ends."""

    started_at: datetime
    """With a time zone."""


@dataclass(frozen=True, kw_only=True)
class CallEnd:
    """How a call ended, and what it cost."""

    call_id: str
    status: Literal["done", "failed"]
    n_attempts: int = 1
    prompt_tokens: int = 0
    answer_tokens: int = 0
    unconfirmed_tokens: int = 0
    """The most that attempts without an answer may have cost on top."""

    is_metered: bool = True
    """Whether the endpoint counted the tokens; otherwise they are upper bounds."""

    cost_usd: float = 0.0
    """Of all these tokens, the unconfirmed ones included; 0 where no price is known."""

    error: str | None = None
    """Why it failed; None for one that is done."""

    answer_text: str | None = None
    """As it came; None where nothing came."""

    finished_at: datetime
    """With a time zone."""

    @property
    def charged_tokens(self) -> int:
        """All that has or may have been billed."""
        return self.prompt_tokens + self.answer_tokens + self.unconfirmed_tokens


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A subject that got no usable answer."""

    kind: SubjectKind
    subject_id: str
    reason: str
    """In words; never empty."""

    is_final: bool
    """Whether asking again is not worth it, unless the caller insists."""

    provenance: Provenance
    """What was asked of whom, and what it cost in vain."""


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What the store holds already for one subject with one input."""

    status: SubjectStatus
    is_final: bool
    """Whether there is nothing left to ask: true for all that is done."""


@dataclass(frozen=True, kw_only=True)
class Spent:
    """What the calls of one job have cost or may have cost, in all runs."""

    tokens: int
    usd: float
