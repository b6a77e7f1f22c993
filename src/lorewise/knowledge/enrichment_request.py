"""One call of a job: its subjects, its question, and what happens if the answer is bad."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Self
from uuid import uuid4

from lorewise.knowledge.enrichment_job import Job
from lorewise.knowledge.subjects import Subject
from lorewise.llm.language_model import Question

_CORRECTION = (
    "Your answer to this, `faulty_answer`, could not be used: {reason}. "
    "Answer again: one JSON object of the form above, and nothing else."
)
_MAX_FAULTY_CHARACTERS = 4_000


class Stage(Enum):
    """Why a call is made; each leads to a later one or to the end."""

    FIRST = "several subjects in one question"
    REPAIR = "the same once more, because the answer could not be read"
    ALONE = "one subject by itself, for the last time"


@dataclass(frozen=True, kw_only=True)
class Request:
    """A call that is to be made."""

    subjects: tuple[Subject, ...]
    question: Question
    stage: Stage
    call_id: str = field(default_factory=lambda: uuid4().hex)

    @classmethod
    def first(cls, job: Job, subjects: Sequence[Subject]) -> Self:
        """Ask about subjects that the store says nothing of."""
        question = job.question(subjects)
        return cls(subjects=tuple(subjects), question=question, stage=Stage.FIRST)

    @classmethod
    def alone(cls, job: Job, subject: Subject) -> Self:
        """Ask about a subject for the last time."""
        return cls(subjects=(subject,), question=job.question([subject]), stage=Stage.ALONE)

    def repaired(self, faulty_answer: str, reason: str) -> Self:
        """Return the same question with the answer that could not be read, and why."""
        told = json.loads(self.question.material)
        told["faulty_answer"] = faulty_answer[:_MAX_FAULTY_CHARACTERS]
        question = replace(
            self.question,
            instructions=f"{self.question.instructions}\n\n{_CORRECTION.format(reason=reason)}",
            material=json.dumps(told, ensure_ascii=False),
        )
        return type(self)(subjects=self.subjects, question=question, stage=Stage.REPAIR)

    def anew(self) -> Self:
        """Return the same call to be made later, as one of its own."""
        return replace(self, call_id=uuid4().hex)
