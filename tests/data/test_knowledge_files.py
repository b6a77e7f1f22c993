from pathlib import Path

import pytest
from polars.testing import assert_frame_equal

from lorewise.data.knowledge_file import read_knowledge
from lorewise.data.knowledge_files import read_knowledge_files
from lorewise.errors import DataError


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def general(tmp_path: Path) -> Path:
    return written(
        tmp_path / "general.jsonl",
        '{"id": "b", "mood": "warm", "themes": ["x", "y"], "confidence": "high"}',
        '{"id": "a", "mood": "cold"}',
        '{"id": "bare"}',
    )


def test_one_file_is_read_as_it_is(general: Path) -> None:
    assert_frame_equal(read_knowledge_files([general]), read_knowledge(general))


def test_files_add_facets_and_items_to_each_other(general: Path, tmp_path: Path) -> None:
    own = written(
        tmp_path / "own.jsonl",
        '{"id": "a", "themes": ["z"], "use": "rest", "mood": null, "confidence": "low"}',
        '{"id": "new", "mood": "odd"}',
        '{"id": "b", "mood": "", "confidence": "low"}',
    )
    assert read_knowledge_files([general, own]).to_dicts() == [
        {"id": "b", "mood": "warm", "themes": "x|y", "confidence": "high", "use": None},
        {"id": "a", "mood": "cold", "themes": "z", "confidence": "low", "use": "rest"},
        {"id": "bare", "mood": None, "themes": None, "confidence": None, "use": None},
        {"id": "new", "mood": "odd", "themes": None, "confidence": None, "use": None},
    ]


def test_a_facet_that_two_files_state_is_refused_with_both_names(
    general: Path, tmp_path: Path
) -> None:
    other = written(tmp_path / "other.jsonl", '{"id": "c", "mood": "odd"}')
    own = written(tmp_path / "own.jsonl", '{"id": "a", "mood": "cold"}', '{"id": "c", "use": "x"}')
    with pytest.raises(DataError) as error:
        read_knowledge_files([general, other, own])
    assert str(error.value) == (
        f"{general} and {own} both state the facet 'mood' of 1 items, first 'a'; leave it out "
        "of one of them"
    )


def test_the_same_file_twice_is_refused(general: Path) -> None:
    with pytest.raises(DataError, match="both state the facet 'mood' of 2 items, first 'b'"):
        read_knowledge_files([general, general])


def test_files_that_hold_nothing_but_ids_say_nothing(tmp_path: Path) -> None:
    paths = [written(tmp_path / f"{name}.jsonl", f'{{"id": "{name}"}}') for name in "ab"]
    assert read_knowledge_files(paths).to_dicts() == [{"id": "a"}, {"id": "b"}]
