"""Subjects and a prompt -> the one question that is sent."""

import json
from collections.abc import Sequence
from dataclasses import replace

from lorewise.knowledge.injections import neutralised
from lorewise.knowledge.prompt import Prompt
from lorewise.knowledge.redaction import redacted
from lorewise.knowledge.subjects import Subject
from lorewise.llm.language_model import Question


def question(prompt: Prompt, subjects: Sequence[Subject], *, names: Sequence[str] = ()) -> Question:
    """Return the question about these subjects; they are numbered by ``ref`` from 1.

    What speaks to the model is taken out of their texts. Users' texts leave without mail
    addresses, phone, card and identity numbers, and without these ``names``.
    """
    told = [as_told(subject, names) for subject in subjects]
    entries = [
        {"ref": ref, "title": subject.title, "fields": dict(subject.fields)}
        for ref, subject in enumerate(told, 1)
    ]
    return Question(
        instructions=prompt.instructions,
        material=json.dumps({"subjects": entries}, ensure_ascii=False),
        answer_schema=prompt.answer_schema(len(told)),
        max_tokens=prompt.max_tokens(len(told)),
        subjects=tuple((subject.id, subject.title) for subject in told),
    )


def as_told(subject: Subject, names: Sequence[str] = ()) -> Subject:
    """Return the subject as it leaves this machine; a field of which nothing is left goes."""
    fields = {name: _told(subject, text, names) for name, text in subject.fields.items()}
    return replace(
        subject,
        title=told_title(subject),
        fields={name: text for name, text in fields.items() if text},
    )


def told_title(subject: Subject) -> str:
    """Return the title that the answer has to echo; the made-up names of users are safe."""
    return neutralised(subject.title)[0] or "?"


def _told(subject: Subject, text: str, names: Sequence[str]) -> str:
    if subject.kind == "user":
        text = redacted(text, names)
    return neutralised(text)[0]
