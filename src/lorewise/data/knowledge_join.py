"""What is known of an item and of its audience, as one piece of knowledge."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from itertools import groupby
from operator import attrgetter

from lorewise.data.knowledge import Knowledge


def joined(entries: Iterable[Knowledge]) -> Iterator[Knowledge]:
    """Yield one piece of knowledge for each id, in order of appearance.

    Entries with the same id stand together. What is said of the item itself goes first, with its
    confidence and provenance; its audience adds what that leaves out. Alone, each stays as it is.

    >>> of_item = Knowledge(kind="item", subject_id="7", facets={"mood": "calm"})
    >>> of_audience = Knowledge(kind="audience", subject_id="7", facets={"groups": ("sailors",)})
    >>> [dict(entry.facets) for entry in joined([of_audience, of_item])]
    [{'mood': 'calm', 'groups': ('sailors',)}]
    """
    for _, of_one in groupby(entries, attrgetter("subject_id")):
        yield reduce(_completed, sorted(of_one, key=_is_audience))


def _is_audience(entry: Knowledge) -> bool:
    return entry.kind == "audience"


def _completed(first: Knowledge, other: Knowledge) -> Knowledge:
    """Return the first with the facets of the other that it lacks, after its own."""
    return replace(
        first,
        facets={**first.facets, **other.facets, **first.facets},
        confidence=other.confidence if first.confidence is None else first.confidence,
    )
