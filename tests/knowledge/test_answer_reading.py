"""Answers in all the forms that models give them."""

import json

import pytest

from lorewise.errors import LanguageModelError
from lorewise.knowledge.answer_reading import read_entries

ONE = {"ref": 1, "title": "Alien", "mood": "dark"}
TWO = {"ref": 2, "title": "Big", "mood": "glad"}
BOTH = json.dumps({"answers": [ONE, TWO]})


@pytest.mark.parametrize(
    "text",
    [
        BOTH,
        f"```json\n{BOTH}\n```",
        f"Sure! Here is {{the}} answer:\n{BOTH}\nAnything else?",
        json.dumps([ONE, TWO]),
        f"{json.dumps(ONE)}\n{json.dumps(TWO)}",
        BOTH.replace("}]}", "},],}").replace('"dark"}', '"dark",}'),
        BOTH.removesuffix("]}"),
        BOTH.removesuffix("}") + ', "more": {"ref',
        BOTH.replace("1", '"1"'),
        json.dumps({"answers": [ONE, TWO]}, indent=2),
        '{"thinking": "..."} ' + BOTH,
    ],
)
def test_the_entries_are_found(text: str) -> None:
    assert [(entry.ref, entry.title) for entry in read_entries(text)] == [(1, "Alien"), (2, "Big")]


def test_of_an_answer_that_breaks_off_the_whole_entries_count() -> None:
    assert [entry.ref for entry in read_entries(BOTH[:-20])] == [1]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "I cannot help with that.",
            "{",
            '{"answers": []}',
            '{"answers": [{"ref": 1}]}',
            "[1, 2]",
        ),
        *('{"ref": true, "title": "x"}', '{"a":' * 3_000, "[" * 50_000),
    ],
)
def test_where_there_is_none_the_answer_is_shown(text: str) -> None:
    with pytest.raises(LanguageModelError, match="no entry with ref and title is in the answer"):
        read_entries(text)
