"""One piece of knowledge as one line of JSON, and back."""

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from lorewise.data.knowledge import Knowledge, Provenance, SubjectKind
from lorewise.data.rejects import clipped
from lorewise.errors import DataError

ID: Final = "id"
PROVENANCE: Final = "provenance"
CONFIDENCE: Final = "confidence"

_PROVENANCE_CHECK: Final = TypeAdapter(Provenance)


def line_of(knowledge: Knowledge) -> str:
    """Return the line without its end: the id, the facets, and what else is known of them.

    >>> print(line_of(Knowledge(kind="item", subject_id="7", facets={"themes": ("sea",)})))
    {"id": "7", "themes": ["sea"]}
    """
    return json.dumps(content_of(knowledge), ensure_ascii=False)


def content_of(knowledge: Knowledge) -> dict[str, Any]:
    """Return the object of the line, as plain values."""
    content: dict[str, Any] = {ID: knowledge.subject_id} | dict(knowledge.facets)
    if knowledge.confidence is not None:
        content[CONFIDENCE] = knowledge.confidence
    if knowledge.provenance is not None:
        content[PROVENANCE] = _plain(knowledge.provenance)
    return content


def object_of(line: str, where: str) -> dict[str, Any]:
    """Return the object that the line holds; its id is checked, its fields are not.

    Raises:
        DataError: It is no object, or has no id; ``where`` begins the message.
    """
    try:
        entry = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{where}: {clipped(line)!r} is not JSON ({error.msg} at character {error.colno}); "
            "write one object per line"
        ) from error
    if not isinstance(entry, dict):
        raise DataError(f"{where}: {clipped(line)!r} is not an object; write {{...}} with an id")
    key = entry.get(ID)
    if not isinstance(key, str) or not key or key != key.strip():
        raise DataError(
            f"{where}: id is {key!r}; give the item's id as text, without spaces around it"
        )
    return entry


def facet_of(name: str, value: Any, where: str) -> str | tuple[str, ...] | None:  # noqa: ANN401  whatever JSON holds
    """Return the field's words; None where it is null or empty. A confidence may be a number.

    Raises:
        DataError: It is neither text nor a list of texts.
    """
    if name == CONFIDENCE and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return tuple(part for part in value if part) or None
    raise DataError(
        f"{where}, field {name!r}: {clipped(repr(value))} is neither text nor a list of texts; "
        "write it in words or leave it out"
    )


def knowledge_of(entry: Mapping[str, Any], kind: SubjectKind, where: str) -> Knowledge:
    """Return the knowledge that the object of a line holds.

    Raises:
        DataError: A field or the provenance is not what it must be.
    """
    words = {
        name: facet
        for name, value in entry.items()
        if name not in {ID, PROVENANCE} and (facet := facet_of(name, value, where)) is not None
    }
    confidence = words.pop(CONFIDENCE, None)
    return Knowledge(
        kind=kind,
        subject_id=entry[ID],
        facets=words,
        confidence="|".join(confidence) if isinstance(confidence, tuple) else confidence,
        provenance=_provenance(entry.get(PROVENANCE), where),
    )


def _plain(provenance: Provenance) -> dict[str, Any]:
    """Return what JSON can say; what only users have is left out for items."""
    content = vars(provenance) | {"as_of": provenance.as_of.isoformat()}
    return {name: value for name, value in content.items() if value is not None}


def _provenance(content: Any, where: str) -> Provenance | None:  # noqa: ANN401  whatever JSON holds
    if content is None:
        return None
    try:
        provenance = _PROVENANCE_CHECK.validate_python(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise _unusable(where, f"{field}: {first['msg']}") from error
    if provenance.as_of.tzinfo is None:
        raise _unusable(where, f"as_of: {content['as_of']!r} has no time zone")
    return provenance


def _unusable(where: str, reason: str) -> DataError:
    return DataError(f"{where}, provenance: {reason}; correct it or leave the provenance out")
