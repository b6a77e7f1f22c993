import asyncio
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lorewise.errors import AttemptError, DataError
from lorewise.llm.language_model import Answer, LanguageModel, Question
from lorewise.llm.recorded import RecordedModel, ReplayedModel, question_digest

QUESTION = Question(
    instructions="Say what you know.",
    material='{"subjects": []}',
    answer_schema={"type": "object"},
    subjects=(("7", "Heat"), ("8", "Unheard Of"), ("9", "红楼梦")),
)


def answered(model: LanguageModel, question: Question = QUESTION) -> Answer:
    async def main() -> Answer:
        try:
            return await model.ask(question)
        finally:
            await model.close()

    return asyncio.run(main())


def written(tmp_path: Path, lines: Iterable[dict[str, Any]]) -> Path:
    path = tmp_path / "lore.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_records_are_told_by_ref_and_unknown_subjects_are_left_out() -> None:
    answer = answered(RecordedModel("r", {"9": {"mood": "sad"}, "7": {"themes": ["heist"]}}))
    assert json.loads(answer.text) == {
        "answers": [
            {"ref": 1, "title": "Heat", "themes": ["heist"]},
            {"ref": 3, "title": "红楼梦", "mood": "sad"},
        ]
    }
    assert (answer.prompt_tokens, answer.answer_tokens, answer.is_metered) == (0, 0, True)


def test_a_knowledge_file_answers_with_its_facets_and_confidence(tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"id": "7", "mood": "tense", "themes": ["heist", "work"], "confidence": "high"},
        {"id": "9", "mood": "sad"},
    ]
    model = RecordedModel.of_file(written(tmp_path, lines))
    assert model.name == "recorded:lore.jsonl"
    assert json.loads(answered(model).text)["answers"] == [
        {
            "ref": 1,
            "title": "Heat",
            "mood": "tense",
            "themes": ["heist", "work"],
            "confidence": "high",
        },
        {"ref": 3, "title": "红楼梦", "mood": "sad"},
    ]


def test_a_bad_knowledge_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"lore\.jsonl, line 1"):
        RecordedModel.of_file(written(tmp_path, [{"mood": "sad"}]))


def test_a_call_log_answers_the_question_it_holds_and_no_other() -> None:
    model = ReplayedModel("big-model", {question_digest(QUESTION): "as it was said"})
    assert answered(model).text == "as it was said"
    with pytest.raises(AttemptError, match="'big-model' has no answer to question") as caught:
        answered(model, replace(QUESTION, max_tokens=7))
    assert not caught.value.may_retry


def test_a_digest_changes_with_all_that_is_sent_and_nothing_else() -> None:
    changed = [
        replace(QUESTION, instructions="Say what you know"),
        replace(QUESTION, material='{"subjects": [1]}'),
        replace(QUESTION, answer_schema=None),
        replace(QUESTION, answer_schema={"type": "array"}),
        replace(QUESTION, answer_schema={"a": 1, "b": 2}),
        replace(QUESTION, answer_schema={"b": 2, "a": 1}),  # models answer in this order
        replace(QUESTION, max_tokens=1),
        replace(QUESTION, instructions=QUESTION.instructions + "{", material='"subjects": []}'),
    ]
    digests = [question_digest(question) for question in (QUESTION, *changed)]
    assert len(set(digests)) == len(digests)
    assert all(len(digest) == 16 and int(digest, 16) >= 0 for digest in digests)
    assert question_digest(replace(QUESTION, subjects=())) == digests[0]
