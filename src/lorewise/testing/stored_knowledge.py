"""Small calls, knowledge and failures that several tests store."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from lorewise.data.knowledge import Facets, Knowledge, Provenance, SubjectKind
from lorewise.storage.call_log import CallEnd, CallStart, Failure

NOON: Final = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
JOB: Final[tuple[SubjectKind, str, str]] = ("item", "gpt", "p1")


def started(call_id: str, *ids: str, **changed: Any) -> CallStart:  # noqa: ANN401  any field
    """Return a call about these items that may cost 1,000 tokens and half a dollar."""
    fields: dict[str, Any] = {
        "call_id": call_id,
        "kind": "item",
        "model": "gpt",
        "prompt_digest": "p1",
        "question_digest": f"q-{call_id}",
        "subjects": tuple((key, f"in-{key}") for key in ids),
        "charged_tokens": 1_000,
        "charged_usd": 0.5,
        "started_at": NOON,
    }
    return CallStart(**fields | changed)


def ended(call_id: str, **changed: Any) -> CallEnd:  # noqa: ANN401  any field
    """Return the end of a call that cost 150 tokens and a quarter of a dollar."""
    fields: dict[str, Any] = {
        "call_id": call_id,
        "status": "done",
        "prompt_tokens": 100,
        "answer_tokens": 50,
        "cost_usd": 0.25,
        "finished_at": NOON,
    }
    return CallEnd(**fields | changed)


def provenance(**changed: Any) -> Provenance:  # noqa: ANN401  any field
    """Return a provenance of ``JOB`` as of ``NOON``."""
    fields: dict[str, Any] = {
        "model": "gpt",
        "prompt_digest": "p1",
        "input_digest": "in",
        "as_of": NOON,
    }
    return Provenance(**fields | changed)


def known(
    subject_id: str,
    facets: Facets = MappingProxyType({"mood": "calm"}),
    *,
    kind: SubjectKind = "item",
    hours: int = 0,
    **changed: Any,  # noqa: ANN401  any field of the provenance
) -> Knowledge:
    """Return knowledge as of some hours after ``NOON``."""
    return Knowledge(
        kind=kind,
        subject_id=subject_id,
        facets=facets,
        confidence="high",
        provenance=provenance(as_of=NOON + timedelta(hours=hours), **changed),
    )


def failed(
    subject_id: str,
    *,
    is_final: bool = True,
    **changed: Any,  # noqa: ANN401  any field of the provenance
) -> Failure:
    """Return a failure of an item."""
    return Failure(
        kind="item",
        subject_id=subject_id,
        reason="no usable facet",
        is_final=is_final,
        provenance=provenance(**changed),
    )
