"""What every language model does, wherever it runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, kw_only=True)
class Question:
    """One request, complete: the same question is the same request."""

    instructions: str
    """The system's part: what to do, in which form."""

    material: str
    """The user's part: data about the subjects, never instructions."""

    answer_schema: Mapping[str, Any] | None = None
    """JSON schema of the answer; None for free text."""

    max_tokens: int = 1_024
    """The most the answer may take; at least 1."""

    subjects: tuple[tuple[str, str], ...] = ()
    """Id and title of each subject, in the order of their refs from 1; never sent."""

    @property
    def most_message_tokens(self) -> int:
        """No tokenizer makes more of the two messages; a schema sent beside them comes on top.

        A token is a byte or more.
        """
        return len(self.instructions.encode()) + len(self.material.encode()) + TEMPLATE_TOKENS


TEMPLATE_TOKENS = 64
"""What chat templates put around two messages, generously."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back for one question."""

    text: str
    """As it came; nothing is checked yet."""

    prompt_tokens: int
    answer_tokens: int
    """As the endpoint counted them; see ``is_metered``."""

    is_metered: bool = True
    """Whether the endpoint counted; otherwise the two numbers are upper bounds."""

    is_complete: bool = True
    """False where the answer was cut at ``max_tokens``."""


class LanguageModel(Protocol):
    """Answers questions, one request each; retries, limits and budgets are around it."""

    @property
    def name(self) -> str:
        """The model's name, as its answers are filed."""
        ...

    async def ask(self, question: Question) -> Answer:
        """Return the answer of one attempt.

        Raises:
            AttemptError: There was none; says whether to try again.
        """
        ...

    async def close(self) -> None:
        """Let go of connections and processes; twice does no harm."""
        ...
