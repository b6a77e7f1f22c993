"""Language models that say what was written down before; they cost nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

from lorewise.data.knowledge_file import read_knowledge_entries
from lorewise.errors import AttemptError
from lorewise.llm.language_model import Answer, Question


@dataclass(frozen=True)
class RecordedModel:
    """Answers from records of single subjects, whatever it is asked about them."""

    name: str
    answers: Mapping[str, Mapping[str, Any]] = field(repr=False)
    """Subject's id -> its facets, in the form of an answer."""

    @classmethod
    def of_file(cls, path: str | Path) -> Self:
        """Return a model that knows what the knowledge file says; it bears the file's name.

        Raises:
            DataError: The file cannot be read; names the line.
        """
        path = Path(path)
        answers = {
            entry.subject_id: dict(entry.facets)
            | ({"confidence": entry.confidence} if entry.confidence else {})
            for entry in read_knowledge_entries(path)
        }
        return cls(f"recorded:{path.name}", answers)

    async def ask(self, question: Question) -> Answer:
        """Return the records of the question's subjects; those without one are left out."""
        answers = [
            {"ref": ref, "title": title, **self.answers[subject_id]}
            for ref, (subject_id, title) in enumerate(question.subjects, 1)
            if subject_id in self.answers
        ]
        return _free(json.dumps({"answers": answers}, ensure_ascii=False))

    async def close(self) -> None:
        """Do nothing; it holds nothing."""


@dataclass(frozen=True)
class ReplayedModel:
    """Answers the very questions of a call log as they were answered then."""

    name: str
    texts: Mapping[str, str] = field(repr=False)
    """``question_digest`` -> text of the answer."""

    async def ask(self, question: Question) -> Answer:
        """Return the recorded text.

        Raises:
            AttemptError: The question was never answered.
        """
        digest = question_digest(question)
        if digest not in self.texts:
            raise AttemptError(
                f"the call log of {self.name!r} has no answer to question {digest}; replay it "
                "with the data, the prompt and the batch size it was made with",
                may_retry=False,
            )
        return _free(self.texts[digest])

    async def close(self) -> None:
        """Do nothing; it holds nothing."""


def question_digest(question: Question) -> str:
    """Return 16 hex digits that change with anything that is sent."""
    schema = json.dumps(question.answer_schema, ensure_ascii=False)
    parts = (question.instructions, question.material, schema, str(question.max_tokens))
    digest = blake2b(digest_size=8)
    for part in parts:
        content = part.encode()
        digest.update(len(content).to_bytes(8, "little") + content)
    return digest.hexdigest()


def _free(text: str) -> Answer:
    return Answer(text=text, prompt_tokens=0, answer_tokens=0)
