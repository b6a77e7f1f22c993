"""Knowledge and failures as rows of a table, and back."""

import json
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping

from lorewise.data.knowledge import Facets, Knowledge, Provenance
from lorewise.errors import StoreError
from lorewise.storage.call_log import Failure
from lorewise.storage.schema import MAX_ID_LENGTH, MAX_MODEL_LENGTH

IMPORTED: Final = "imported"
"""The model's name for knowledge that does not say where it comes from."""


def row_of_knowledge(knowledge: Knowledge, as_of: datetime) -> dict[str, Any]:
    """Return the row; ``as_of`` counts where there is no provenance.

    Raises:
        StoreError: An id or name is too long to be a key, or has spaces around it.
    """
    unknown = Provenance(model=IMPORTED, prompt_digest="", input_digest="", as_of=as_of)
    return {
        "kind": knowledge.kind,
        "subject_id": _checked_key("id", knowledge.subject_id, MAX_ID_LENGTH),
        "status": "done",
        "is_final": True,
        "reason": None,
        "facets": json.dumps(dict(knowledge.facets), ensure_ascii=False),
        "confidence": knowledge.confidence,
    } | _origin(knowledge.provenance or unknown)


def row_of_failure(failure: Failure) -> dict[str, Any]:
    """Return the row.

    Raises:
        StoreError: As for knowledge.
    """
    return {
        "kind": failure.kind,
        "subject_id": _checked_key("id", failure.subject_id, MAX_ID_LENGTH),
        "status": "failed",
        "is_final": failure.is_final,
        "reason": failure.reason,
        "facets": None,
        "confidence": None,
    } | _origin(failure.provenance)


def knowledge_of_row(row: RowMapping) -> Knowledge:
    """Return the knowledge of a row that is done.

    Raises:
        StoreError: Its facets are not what this release writes.
    """
    return Knowledge(
        kind=row["kind"],
        subject_id=row["subject_id"],
        facets=_facets(row),
        confidence=row["confidence"],
        provenance=_provenance(row),
    )


def failure_of_row(row: RowMapping) -> Failure:
    """Return the failure of a row that has failed."""
    return Failure(
        kind=row["kind"],
        subject_id=row["subject_id"],
        reason=row["reason"],
        is_final=row["is_final"],
        provenance=_provenance(row),
    )


def _origin(provenance: Provenance) -> dict[str, Any]:
    _checked_key("model", provenance.model, MAX_MODEL_LENGTH)
    return dict(vars(provenance))


def _provenance(row: RowMapping) -> Provenance:
    return Provenance(**{name: row[name] for name in Provenance.__dataclass_fields__})


def _facets(row: RowMapping) -> Facets:
    try:
        facets = json.loads(row["facets"])
        return {name: _facet(value) for name, value in facets.items()}
    except (TypeError, ValueError, AttributeError) as error:
        raise StoreError(
            f"the facets of {row['kind']} {row['subject_id']!r} by {row['model']} cannot be read "
            f"({error}); forget it with `lorewise knowledge forget` and ask again"
        ) from error


def _facet(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(value)
    raise ValueError(f"{value!r} is neither text nor a list of texts")


def _checked_key(name: str, value: str, max_length: int) -> str:
    """Return the value if every database keeps it exactly as a key."""
    if not value or len(value) > max_length or value != value.strip() or "\0" in value:
        raise StoreError(
            f"{name} {value[:80]!r} cannot be a key; it must have 1 to {max_length} characters, "
            "no spaces around it and no NUL"
        )
    return value
