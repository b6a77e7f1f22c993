"""How a call ended, and what follows for each of its subjects."""

from collections.abc import Sequence
from dataclasses import dataclass

from lorewise.errors import LanguageModelError
from lorewise.knowledge.answers import Facts, Refusal, checked
from lorewise.knowledge.enrichment_job import Job
from lorewise.knowledge.enrichment_request import Request, Stage
from lorewise.llm.asking import Asked, AskFailedError, AskUnaffordableError, Usage
from lorewise.llm.language_model import Answer


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A call that is over."""

    request: Request
    usage: Usage

    answer: Answer | None = None
    """None where none came."""

    error: str | None = None
    """Why nothing of the answer could be used, or why none came; None otherwise."""

    done: tuple[Facts, ...] = ()
    failed: tuple[Refusal, ...] = ()
    """Subjects that this run asks no more."""

    is_final: bool = True
    """Whether a later run does not ask about ``failed`` either."""

    again: tuple[Request, ...] = ()
    """Calls that the other subjects need; without one they stay as they are."""


def answered(job: Job, request: Request, asked: Asked) -> Ending:
    """Return what an answer is good for; what is bad in it is asked again, or fails for good."""
    error = None
    done: tuple[Facts, ...] = ()
    try:
        found = checked(job.prompt, request.subjects, asked.answer.text)
        done, refused = found.done, found.failed
    except LanguageModelError as unreadable:
        error = _why(unreadable, asked.answer)
        refused = _all_refused(request, error)
    is_last = request.stage is Stage.ALONE
    return Ending(
        request=request,
        usage=asked,
        answer=asked.answer,
        error=error,
        done=done,
        failed=refused if is_last else (),
        again=() if is_last else _again(job, request, refused, asked.answer, error),
    )


def unanswered(request: Request, error: AskFailedError) -> Ending:
    """Return an end without an answer: the next run asks about these subjects again."""
    reason = str(error)
    return Ending(
        request=request,
        usage=error.usage,
        error=reason,
        failed=_all_refused(request, reason),
        is_final=False,
    )


def split(job: Job, request: Request, error: AskFailedError) -> Ending:
    """Return the end of a call that was too much for the endpoint: one subject at a time, then."""
    again = tuple(Request.alone(job, subject) for subject in request.subjects)
    return Ending(request=request, usage=error.usage, error=str(error), again=again)


def postponed(request: Request, error: AskUnaffordableError) -> Ending:
    """Return the end of a call that the budget cut short; it is made again if room is left."""
    return Ending(request=request, usage=error.usage, error=str(error), again=(request.anew(),))


def _why(error: LanguageModelError, answer: Answer) -> str:
    cut = "" if answer.is_complete else f"; it was cut off after {answer.answer_tokens} tokens"
    return f"{error}{cut}"


def _all_refused(request: Request, reason: str) -> tuple[Refusal, ...]:
    return tuple(Refusal(subject=subject, reason=reason) for subject in request.subjects)


def _again(
    job: Job, request: Request, refused: Sequence[Refusal], answer: Answer, error: str | None
) -> tuple[Request, ...]:
    """An answer that was cut off would be so again; smaller questions have smaller answers."""
    if error is not None and request.stage is Stage.FIRST and answer.is_complete:
        return (request.repaired(answer.text, error),)
    return tuple(Request.alone(job, it.subject) for it in refused)
