import json

import pytest

from lorewise.errors import AttemptError, BudgetError
from lorewise.knowledge.enrichment_ending import Ending, answered, postponed, split, unanswered
from lorewise.knowledge.enrichment_request import Request, Stage
from lorewise.llm.asking import Asked, AskFailedError, AskUnaffordableError, Usage
from lorewise.llm.language_model import Answer
from lorewise.testing.small_job import films, small_job

FILMS = films(3)
JOB = small_job(FILMS)
FIRST = Request.first(JOB, FILMS)
USAGE = Usage(n_attempts=2, unconfirmed_tokens=70, cost_usd=0.5)


def good(*refs: int) -> str:
    return json.dumps(
        {"answers": [{"ref": ref, "title": FILMS[ref - 1].title, "mood": "calm"} for ref in refs]}
    )


def ended(request: Request, text: str, *, is_complete: bool = True) -> Ending:
    answer = Answer(text=text, prompt_tokens=10, answer_tokens=20, is_complete=is_complete)
    asked = Asked(answer=answer, n_attempts=1, prompt_tokens=10, answer_tokens=20)
    return answered(JOB, request, asked)


def test_a_good_answer_settles_all_its_subjects() -> None:
    ending = ended(FIRST, good(1, 2, 3))
    assert [facts.subject.id for facts in ending.done] == ["0000", "0001", "0002"]
    assert (ending.failed, ending.again, ending.error) == ((), (), None)


def test_subjects_left_out_of_a_batch_are_asked_alone() -> None:
    ending = ended(FIRST, good(1, 3))
    assert [facts.subject.id for facts in ending.done] == ["0000", "0002"]
    (again,) = ending.again
    assert (again.stage, again.subjects) == (Stage.ALONE, (FILMS[1],))
    assert ending.failed == ()


def test_an_answer_that_cannot_be_read_is_repaired_once() -> None:
    ending = ended(FIRST, "I would rather not.")
    (repair,) = ending.again
    assert repair.stage is Stage.REPAIR
    assert "I would rather not." in repair.question.material
    assert ending.error is not None
    again = ended(repair, "Still not.").again
    assert [request.stage for request in again] == [Stage.ALONE] * 3


def test_an_answer_that_was_cut_off_is_asked_for_in_smaller_parts() -> None:
    ending = ended(FIRST, '{"answers": [', is_complete=False)
    assert [request.stage for request in ending.again] == [Stage.ALONE] * 3
    assert ending.error is not None
    assert "cut off after 20 tokens" in ending.error


@pytest.mark.parametrize("text", ["no", '{"answers": []}', good(1).replace("Film", "Book")])
def test_what_is_bad_alone_too_fails_for_good(text: str) -> None:
    ending = ended(Request.alone(JOB, FILMS[0]), text)
    (refusal,) = ending.failed
    assert refusal.reason
    assert ending.is_final
    assert ending.again == ()


def test_without_an_answer_a_later_run_asks_again() -> None:
    error = AskFailedError(AttemptError("it is down", may_retry=True), USAGE)
    ending = unanswered(FIRST, error)
    assert len(ending.failed) == 3
    assert "it is down" in ending.failed[0].reason
    assert not ending.is_final
    assert ending.usage == USAGE


def test_a_call_that_was_too_much_is_split() -> None:
    error = AskFailedError(AttemptError("too long", may_retry=False), USAGE)
    ending = split(JOB, FIRST, error)
    assert [request.subjects for request in ending.again] == [(subject,) for subject in FILMS]
    assert (ending.failed, ending.usage) == ((), USAGE)


def test_a_call_that_cannot_be_paid_is_made_later() -> None:
    ending = postponed(FIRST, AskUnaffordableError(BudgetError("nothing is left"), USAGE))
    (again,) = ending.again
    assert again.question == FIRST.question
    assert (ending.failed, ending.usage) == ((), USAGE)
