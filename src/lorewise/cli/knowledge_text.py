"""Knowledge, and what is wrong or different about it, as text for people."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from lorewise.cli.summary_text import lines_of
from lorewise.data.knowledge_lines import content_of

if TYPE_CHECKING:
    from lorewise.cli.knowledge_check import StoreCheck
    from lorewise.data.knowledge import SubjectKind
    from lorewise.storage.call_log import Failure
    from lorewise.storage.knowledge_store import KnowledgeStore

SubjectContent = Mapping[str, Sequence[Mapping[str, Any]]]
"""What is known of one subject and what failed, as ``knowledge`` and ``failures``."""

MAX_SHOWN: Final = 10
"""Ids or reasons that are listed; ``--json`` has all."""


def subject_content(store: "KnowledgeStore", kind: "SubjectKind", key: str) -> SubjectContent:
    """Return what the store holds about one subject, newest first."""
    return {
        "knowledge": [content_of(entry) for entry in store.history(kind, key)],
        "failures": [_failure_content(failure) for failure in store.failures(kind, key)],
    }


def _failure_content(failure: "Failure") -> dict[str, Any]:
    return {
        "reason": failure.reason,
        "is_final": failure.is_final,
        "model": failure.provenance.model,
        "as_of": failure.provenance.as_of.isoformat(),
    }


def shown_subject(name: str, content: SubjectContent) -> Iterator[str]:
    """Yield a paragraph for each piece of knowledge and each failure."""
    for entry in content["knowledge"]:
        yield "\n".join([name, *_facet_lines(entry)])
    for it in content["failures"]:
        yield f"{name}\n  failed: {it['reason']} ({it['model']}, {it['as_of']})"


def shown_check(check: "StoreCheck") -> str:
    """Return what the store holds, then what is wrong, or that nothing is."""
    held = [f"{n_rows} {what}" for what, n_rows in check.counts.items()]
    calls = [f"{n_calls} calls {status}" for status, n_calls in check.calls.items()]
    reasons = Counter(failure["reason"] for failure in check.failed)
    by_reason = [f"{n} times: {reason}" for reason, n in reasons.most_common()]
    wrong = [
        *_listed(f"failed, {len(check.failed)} in all, for reasons", by_reason),
        *_listed("unreadable", check.unreadable),
        *_listed("known, but not in the data", check.unknown_ids),
        *_listed("items without general knowledge", check.items_without),
    ]
    return "\n".join([*held, *calls, *(wrong or ["nothing is wrong"])])


def shown_difference(content: Mapping[str, Any]) -> str:
    """Return the counts, then each subject that came, went or changed."""
    added, removed, changed = content["added"], content["removed"], content["changed"]
    counts = f"{len(added)} added, {len(removed)} removed, {len(changed)} changed"
    changes = [
        f"  {key} {facet}: {_words(old)} -> {_words(new)}"
        for key, facets in changed.items()
        for facet, (old, new) in facets.items()
    ]
    lines = [f"{counts}, {content['n_same']} the same", *_listed("added", added)]
    return "\n".join([*lines, *_listed("removed", removed), *changes])


def _facet_lines(entry: Mapping[str, Any]) -> Iterator[str]:
    return lines_of({name: _words(it) for name, it in entry.items() if name != "id"})


def _words(value: Any) -> Any:  # noqa: ANN401  whatever a facet holds
    if value is None:
        return "(none)"
    return "; ".join(value) if isinstance(value, list | tuple) else value


def _listed(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    rest = [f"  and {len(lines) - MAX_SHOWN} more"] if len(lines) > MAX_SHOWN else []
    return [f"{title}: {len(lines)}", *(f"  {line}" for line in lines[:MAX_SHOWN]), *rest]
