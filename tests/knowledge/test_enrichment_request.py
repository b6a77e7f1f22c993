import json

from lorewise.knowledge.enrichment_request import Request, Stage
from lorewise.testing.small_job import films, small_job

JOB = small_job(films(3))


def test_a_repair_tells_the_answer_and_what_was_wrong_with_it() -> None:
    first = Request.first(JOB, films(3))
    repair = first.repaired("{half" + "x" * 10_000, "it ends too soon")
    told = json.loads(repair.question.material)
    assert told["subjects"] == json.loads(first.question.material)["subjects"]
    assert told["faulty_answer"].startswith("{half")
    assert len(told["faulty_answer"]) == 4_000
    assert "it ends too soon" in repair.question.instructions
    assert (repair.stage, repair.subjects) == (Stage.REPAIR, first.subjects)
    assert repair.call_id != first.call_id


def test_a_subject_alone_is_a_question_of_its_own() -> None:
    alone = Request.alone(JOB, films(3)[2])
    assert alone.question == JOB.question([films(3)[2]])
    assert alone.stage is Stage.ALONE


def test_a_call_made_anew_is_another_call_with_the_same_question() -> None:
    first = Request.first(JOB, films(3))
    again = first.anew()
    assert again.call_id != first.call_id
    assert (again.question, again.stage) == (first.question, first.stage)
