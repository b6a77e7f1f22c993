"""What a language model said about one item or user, and where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

SubjectKind = Literal["item", "user", "audience"]
"""``audience``: which users would take an item; filed under the item's id, beside its lore."""

KINDS: Final[tuple[SubjectKind, ...]] = get_args(SubjectKind)
ITEM_KINDS: Final[tuple[SubjectKind, ...]] = ("item", "audience")
"""All that is asked about items."""

Facets = Mapping[str, str | tuple[str, ...]]
"""Name -> words, or several names or phrases."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """How a piece of knowledge came to be; enough to make it again, or to refuse it."""

    model: str
    """Name of the language model, as its endpoint knows it."""

    prompt_digest: str
    """Of the prompt's text with everything but the subject; 16 hex digits."""

    input_digest: str
    """Of what was told about the subject; 16 hex digits. It changes when that changes."""

    as_of: datetime
    """When it was asked, with a time zone; the model may know what happened up to then."""

    tokens: int = 0
    """Of the prompt and the answer, this subject's share of its call; at least 0."""

    cost_usd: float = 0.0
    """This subject's share of its call's price; 0 where no price is known."""

    call_id: str = ""
    """The recorded call; empty for knowledge that was imported without one."""

    events_digest: str | None = None
    """Of a user's events that were read, see ``events_digest``; None for the others."""

    n_events: int | None = None
    """How many events were read, oldest first; None for the others."""


@dataclass(frozen=True, kw_only=True)
class Knowledge:
    """Checked facets of one item or user, or of an item's audience."""

    kind: SubjectKind
    subject_id: str
    """The caller's id."""

    facets: Facets
    """In the order of the prompt; never empty texts or lists."""

    confidence: str | None = None
    """``high``, ``medium`` or ``low``, or a number as text; None where it was not stated."""

    provenance: Provenance | None = None
    """None for files that say nothing of it."""
