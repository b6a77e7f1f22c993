"""How the knowledge of two stores or files differs."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from lorewise.data.knowledge import Knowledge, SubjectKind
from lorewise.data.knowledge_file import read_knowledge_entries
from lorewise.data.knowledge_join import joined
from lorewise.data.knowledge_lines import CONFIDENCE
from lorewise.storage.knowledge_store import KnowledgeStore

FacetsById = Mapping[str, Mapping[str, Any]]


def facets_by_id(source: str, kinds: Sequence[SubjectKind]) -> FacetsById:
    """Return what a store's URL or a file's path holds: facets and confidence of each subject.

    The kinds are for a store; of an item and its audience it is what an export joins.

    Raises:
        StoreError: The store cannot be read.
        DataError: The file cannot be read.
    """
    with _entries(source, kinds) as entries:
        return {entry.subject_id: _compared(entry) for entry in entries}


def difference(before: FacetsById, after: FacetsById) -> dict[str, Any]:
    """Return the ids that came and went, and each facet that changed as a pair; None is absent.

    >>> difference({"a": {"mood": "sad"}, "b": {}}, {"a": {"mood": "glad"}})
    {'added': [], 'removed': ['b'], 'changed': {'a': {'mood': ['sad', 'glad']}}, 'n_same': 0}
    """
    shared = [key for key in before if key in after]
    changes = {key: _changes(before[key], after[key]) for key in shared}
    changed = {key: facets for key, facets in changes.items() if facets}
    return {
        "added": [key for key in after if key not in before],
        "removed": [key for key in before if key not in after],
        "changed": changed,
        "n_same": len(shared) - len(changed),
    }


@contextmanager
def _entries(source: str, kinds: Sequence[SubjectKind]) -> Iterator[Iterable[Knowledge]]:
    if "://" not in source:
        yield read_knowledge_entries(source)
        return
    with KnowledgeStore.open(source, create=False) as store:
        yield joined(store.latest(*kinds))


def _compared(entry: Knowledge) -> dict[str, Any]:
    facets = {name: list(it) if isinstance(it, tuple) else it for name, it in entry.facets.items()}
    return facets if entry.confidence is None else facets | {CONFIDENCE: entry.confidence}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    pairs = {name: [before.get(name), after.get(name)] for name in (*before, *after)}
    return {name: [old, new] for name, (old, new) in pairs.items() if old != new}
