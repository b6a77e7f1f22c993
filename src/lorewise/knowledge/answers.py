"""A language model's answer -> checked facets of each subject, or the reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass

from lorewise.data.knowledge import Facets
from lorewise.knowledge.answer_reading import Entry, read_entries
from lorewise.knowledge.clipping import at_word_end
from lorewise.knowledge.facet import Facet
from lorewise.knowledge.material import told_title
from lorewise.knowledge.prompt import CONFIDENCES, Prompt
from lorewise.knowledge.subjects import Subject
from lorewise.knowledge.title_echo import is_echo

_SHOWN = 80
_NOTHING = frozenset(
    [
        *(
            "",
            "-",
            "?",
            "...",
            "…",
            "n/a",
            "na",
            "none",
            "null",
            "nil",
            "tbd",
            "unknown",
            "unclear",
        ),
        *("not known", "not applicable", "not available", "not specified", "unspecified"),
        *("未知", "不详", "不明", "无", "暂无", "没有", "不知道", "不适用", "不清楚"),
    ]
)
"""What models write where they were told to leave out."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an answer says about one subject, checked."""

    subject: Subject

    facets: Facets
    """In the order of the prompt; never empty."""

    confidence: str | None
    """``high``, ``medium`` or ``low``; None where it was not stated."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why an answer holds nothing usable about one subject."""

    subject: Subject

    reason: str
    """In words, with the value at fault."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Each subject of a question once, in one of the two."""

    done: tuple[Facts, ...]
    failed: tuple[Refusal, ...]


def checked(prompt: Prompt, subjects: Sequence[Subject], answer_text: str) -> Checked:
    """Return what the answer says about each subject of its question.

    An entry counts for the subject whose ref it bears and whose title it echoes. What the prompt
    did not ask for is dropped, too long texts are cut after a word, and words such as "unknown"
    count as left out. Of an answer that breaks off, the entries that are whole count.

    Raises:
        LanguageModelError: There is no answer to read in the text; ask for it once more.
    """
    entries = read_entries(answer_text)
    results = [
        _result(prompt, subject, [entry for entry in entries if entry.ref == ref])
        for ref, subject in enumerate(subjects, 1)
    ]
    return Checked(
        done=tuple(result for result in results if isinstance(result, Facts)),
        failed=tuple(result for result in results if isinstance(result, Refusal)),
    )


def _result(prompt: Prompt, subject: Subject, entries: Sequence[Entry]) -> Facts | Refusal:
    if not entries:
        return Refusal(subject=subject, reason="the answer leaves this subject out")
    title = told_title(subject)
    own = next((entry for entry in entries if is_echo(entry.title, title)), None)
    if own is None:
        echo = at_word_end(entries[0].title, _SHOWN)
        return Refusal(
            subject=subject, reason=f"the answer is about {echo!r}, the question about {title!r}"
        )
    facets = _facets(prompt, own)
    if not facets:
        return Refusal(subject=subject, reason="the answer fills none of the facets")
    return Facts(subject=subject, facets=facets, confidence=_confidence(own))


def _facets(prompt: Prompt, entry: Entry) -> Facets:
    filled = {facet.name: _filled(facet, entry.values.get(facet.name)) for facet in prompt.facets}
    return {name: value for name, value in filled.items() if value}


def _filled(facet: Facet, value: object) -> str | tuple[str, ...]:
    """Return the words or the list; empty where the answer gives nothing usable."""
    parts = value if isinstance(value, list) else [value]
    texts = [_text(part, facet.max_characters) for part in parts]
    distinct = {text.casefold(): text for text in reversed(texts) if text}
    kept = tuple(reversed(distinct.values()))
    if facet.is_list:
        return kept[: facet.max_items]
    return at_word_end("; ".join(kept), facet.max_characters)


def _text(value: object, max_characters: int) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    text = " ".join(str(value).replace("|", "/").split())
    return "" if text.casefold().strip(" .") in _NOTHING else at_word_end(text, max_characters)


def _confidence(entry: Entry) -> str | None:
    stated = str(entry.values.get("confidence", "")).strip().lower()
    return stated if stated in CONFIDENCES else None
