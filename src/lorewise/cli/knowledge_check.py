"""Whether a store is readable and covers the data."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lorewise.data.dataset import Dataset
from lorewise.data.knowledge import KINDS, SubjectKind
from lorewise.storage.knowledge_store import KnowledgeStore

KnownIds = Mapping[SubjectKind, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class StoreCheck:
    """What a store holds and what is wrong with it."""

    counts: dict[str, int]
    """Rows of knowledge by kind and status, as in ``items done``."""

    calls: dict[str, int]
    """Calls by status."""

    failed: list[dict[str, str]]
    """Kind, id and reason of each subject that failed and is not known by other means."""

    unreadable: list[str]
    """What is wrong with each row that cannot be read."""

    unknown_ids: list[str] = field(default_factory=list)
    """Items and users that the store knows and the data do not."""

    items_without: list[str] = field(default_factory=list)
    """Items of the data without general knowledge; there may be some of their audience."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing failed, is missing, is foreign or cannot be read."""
        return not (self.failed or self.unreadable or self.unknown_ids or self.items_without)

    def to_json_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"is_sound": self.is_sound} | asdict(self)


def checked(store: KnowledgeStore, dataset: Dataset | None) -> StoreCheck:
    """Return what the store holds and what is wrong with it, by the data if there are any."""
    known = {kind: store.known_ids(kind) for kind in KINDS}
    counted = store.counts().items()
    return StoreCheck(
        counts={f"{kind}s {status}": n_rows for (kind, status), n_rows in counted},
        calls={str(status): n_calls for status, n_calls in store.call_counts().items()},
        failed=list(_failed(store, known)),
        unreadable=[problem for kind in KINDS for problem in store.damage(kind)],
        unknown_ids=[] if dataset is None else _unknown_ids(known, dataset),
        items_without=[] if dataset is None else _items_without(known, dataset),
    )


def _unknown_ids(known: KnownIds, dataset: Dataset) -> list[str]:
    items = (known["item"] | known["audience"]).difference(dataset.items.ids)
    users = known["user"].difference(dataset.users.ids)
    return [*sorted(items), *sorted(users)]


def _items_without(known: KnownIds, dataset: Dataset) -> list[str]:
    return [key for key in dataset.items.ids if key not in known["item"]]


def _failed(store: KnowledgeStore, known: KnownIds) -> Iterator[dict[str, str]]:
    for failure in (it for kind in KINDS for it in store.failures(kind)):
        if failure.subject_id not in known[failure.kind]:
            yield {"kind": failure.kind, "id": failure.subject_id, "reason": failure.reason}
