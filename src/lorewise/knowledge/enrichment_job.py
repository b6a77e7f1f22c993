"""What is asked about whom, of which model, and how much of it at once."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lorewise.data.knowledge import SubjectKind
from lorewise.errors import SettingsError
from lorewise.knowledge.material import question
from lorewise.knowledge.prompt import Prompt
from lorewise.knowledge.subjects import Subject
from lorewise.llm.language_model import Question


@dataclass(frozen=True, kw_only=True)
class EnrichmentSettings:
    """How the questions leave."""

    batch_size: int = 8
    """Subjects in one question; at least 1. More cost less each, and a bad answer costs more."""

    concurrency: int = 8
    """Calls in flight at most; at least 1. A kill may waste as many."""

    stop_after: int = 5
    """So many calls in a row without an answer end the run; at least 1."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if value < 1:
                raise SettingsError(f"{name} is {value}; give 1 or more")


@dataclass(frozen=True, kw_only=True)
class Job:
    """One prompt, asked of one model about some subjects."""

    prompt: Prompt

    model: str
    """The name under which its answers are filed."""

    subjects: Callable[[], Iterator[Subject]]
    """Begins anew at each call, the same subjects in the same order; no id stands twice."""

    names: Sequence[str] = ()
    """Of people; they are left out of users' texts."""

    settings: EnrichmentSettings = field(default_factory=EnrichmentSettings)

    @property
    def key(self) -> tuple[SubjectKind, str, str]:
        """Kind of the answers, model and prompt digest: what the store files the job under."""
        return self.prompt.subject_kind, self.model, self.prompt.digest

    def question(self, subjects: Sequence[Subject]) -> Question:
        """Return the one question about these subjects."""
        return question(self.prompt, subjects, names=self.names)
