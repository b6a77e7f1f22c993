import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from lorewise.data.assemble import assemble
from lorewise.data.dataset import Dataset
from lorewise.data.knowledge import Knowledge, Provenance
from lorewise.data.knowledge_file import (
    n_matched,
    read_knowledge,
    read_knowledge_entries,
    with_knowledge,
    write_knowledge,
)
from lorewise.errors import DataError


@pytest.fixture
def dataset() -> Dataset:
    return assemble(
        pl.DataFrame({"user_id": ["u", "u"], "item_id": ["a", "b"]}),
        pl.DataFrame({"item_id": ["a", "b"], "title": ["A", "B"]}),
    )


def written(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "lore.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n")
    return path


def test_each_line_is_a_row_of_text_with_lists_joined_by_bars(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"id": "1", "mood": "sad", "themes": ["loss", "sea"]},
        "",
        {"id": "2", "themes": "one text", "place": None, "confidence": 0.9},
    )
    assert read_knowledge(path).to_dict(as_series=False) == {
        "id": ["1", "2"],
        "mood": ["sad", None],
        "themes": ["loss|sea", "one text"],
        "place": [None, None],
        "confidence": [None, "0.9"],
    }


def test_a_field_may_appear_after_many_lines_without_it(tmp_path: Path) -> None:
    plain = [{"id": str(number)} for number in range(300)]
    table = read_knowledge(written(tmp_path, *plain, {"id": "x", "mood": "glad"}))
    assert table["mood"].to_list() == [None] * 300 + ["glad"]


def test_provenance_is_left_out_and_empty_values_are_null(tmp_path: Path) -> None:
    line = {"id": "1", "mood": "", "themes": [], "provenance": {"model": "m", "tokens": 3}}
    assert read_knowledge(written(tmp_path, line)).rows(named=True) == [
        {"id": "1", "mood": None, "themes": None}
    ]


BAD_LINES = pytest.mark.parametrize(
    ("lines", "message"),
    [
        (
            [{"id": "1"}, "{oops"],
            "lore.jsonl, line 2: '{oops' is not JSON (Expecting property name enclosed in double "
            "quotes at character 2); write one object per line",
        ),
        (
            ['["1"]'],
            "lore.jsonl, line 1: '[\"1\"]' is not an object; write {...} with an id",
        ),
        (
            [{"mood": "sad"}],
            "lore.jsonl, line 1: id is None; give the item's id as text, without spaces around it",
        ),
        (
            [{"id": 7}],
            "lore.jsonl, line 1: id is 7; give the item's id as text, without spaces around it",
        ),
        (
            [{"id": ""}],
            "lore.jsonl, line 1: id is ''; give the item's id as text, without spaces around it",
        ),
        (
            [{"id": "7 "}],
            "lore.jsonl, line 1: id is '7 '; give the item's id as text, without spaces around it",
        ),
        (
            [{"id": "7"}, "", {"id": "7"}],
            "lore.jsonl, line 3: id '7' stands in line 1 already; merge the two lines or drop one",
        ),
        (
            [{"id": "7", "year": 1999}],
            "lore.jsonl, line 1, field 'year': 1999 is neither text nor a list of texts; write it "
            "in words or leave it out",
        ),
        (
            [{"id": "7", "cast": ["x", 1]}],
            "lore.jsonl, line 1, field 'cast': ['x', 1] is neither text nor a list of texts; write "
            "it in words or leave it out",
        ),
        (
            [{"id": "7", "confidence": True}],
            "lore.jsonl, line 1, field 'confidence': True is neither text nor a list of texts; "
            "write it in words or leave it out",
        ),
        ([], "lore.jsonl has no lines; write one JSON object per item"),
    ],
)


@BAD_LINES
def test_a_bad_line_is_named(tmp_path: Path, lines: list[object], message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_knowledge(written(tmp_path, *lines))
    assert str(caught.value) == message


@BAD_LINES
def test_a_bad_entry_is_named(tmp_path: Path, lines: list[object], message: str) -> None:
    with pytest.raises(DataError) as caught:
        list(read_knowledge_entries(written(tmp_path, *lines)))
    assert str(caught.value) == message


AS_OF = datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=UTC)
ORIGIN = Provenance(model="m", prompt_digest="p", input_digest="i", as_of=AS_OF)


def test_entries_come_back_from_a_file_as_they_were_written(tmp_path: Path) -> None:
    entries = [
        Knowledge(kind="user", subject_id="é 中", facets={"z": "last\nfirst", "a": ("x", "🎬|")}),
        Knowledge(
            kind="user",
            subject_id="7",
            facets={"mood": "calm"},
            confidence="high",
            provenance=Provenance(
                model="m",
                prompt_digest="p",
                input_digest="i",
                as_of=AS_OF,
                tokens=9,
                cost_usd=0.25,
                call_id="c",
                events_digest="e",
                n_events=3,
            ),
        ),
        Knowledge(kind="user", subject_id="8", facets={}, provenance=ORIGIN),
    ]
    path = tmp_path / "lore.jsonl"
    assert write_knowledge(path, iter(entries)) == 3
    assert list(read_knowledge_entries(path, kind="user")) == entries


def test_a_line_has_what_a_reader_of_plain_knowledge_expects(tmp_path: Path) -> None:
    path = tmp_path / "lore.jsonl"
    entry = Knowledge(
        kind="item",
        subject_id="7",
        facets={"themes": ("sea",)},
        confidence="low",
        provenance=ORIGIN,
    )
    write_knowledge(path, [entry])
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "id": "7",
        "themes": ["sea"],
        "confidence": "low",
        "provenance": {
            "model": "m",
            "prompt_digest": "p",
            "input_digest": "i",
            "as_of": "2026-03-01T12:00:00.000005+00:00",
            "tokens": 0,
            "cost_usd": 0.0,
            "call_id": "",
        },
    }


def test_entries_leave_out_what_is_null_or_empty(tmp_path: Path) -> None:
    line = {"id": "1", "mood": "", "themes": ["", "sea"], "place": None, "confidence": 0.9}
    assert list(read_knowledge_entries(written(tmp_path, line | {"provenance": None}))) == [
        Knowledge(kind="item", subject_id="1", facets={"themes": ("sea",)}, confidence="0.9")
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"as_of": None}, "as_of: Input should be a valid datetime"),
        ({"as_of": "2026-03-01T12:00:00"}, "as_of: '2026-03-01T12:00:00' has no time zone"),
        ({"tokens": "many"}, "tokens: Input should be a valid integer"),
    ],
)
def test_a_provenance_that_is_not_whole_is_named(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    origin = {"model": "m", "prompt_digest": "p", "input_digest": "i", "as_of": AS_OF.isoformat()}
    path = written(tmp_path, {"id": "1", "provenance": origin | change})
    with pytest.raises(DataError) as caught:
        list(read_knowledge_entries(path))
    assert str(caught.value).startswith(f"lore.jsonl, line 1, provenance: {reason}")
    assert str(caught.value).endswith("; correct it or leave the provenance out")


def test_a_provenance_without_a_model_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, {"id": "1", "provenance": {"tokens": 3}})
    with pytest.raises(DataError, match="line 1, provenance: model: Field required; correct it"):
        list(read_knowledge_entries(path))


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"missing\.jsonl cannot be read: No such file"):
        read_knowledge(tmp_path / "missing.jsonl")
    (tmp_path / "lore.jsonl").write_bytes(b'{"id": "\xff"}')
    with pytest.raises(DataError, match=r"lore\.jsonl: the byte at offset 8 is not UTF-8"):
        read_knowledge(tmp_path / "lore.jsonl")


def test_knowledge_stands_beside_its_item_and_strangers_are_ignored(dataset: Dataset) -> None:
    lore = pl.DataFrame({"id": ["b", "z"], "mood": ["sad", "x"], "themes": [["p", "q"], []]})
    enriched = with_knowledge(dataset, lore)
    assert enriched.lore_columns == ("lore.mood", "lore.themes")
    assert enriched.item_table.columns == ["item_id", "title", "lore.mood", "lore.themes"]
    assert enriched.item_table["item_id"].to_list() == list(dataset.items.ids)
    rows = {row[0]: row[1:] for row in enriched.item_table.iter_rows()}
    assert rows == {"a": ("A", None, None), "b": ("B", "sad", "p|q")}
    assert n_matched(dataset, lore) == 1


def test_newer_knowledge_takes_the_place_of_older(dataset: Dataset) -> None:
    once = with_knowledge(dataset, pl.DataFrame({"id": ["a"], "mood": ["sad"]}))
    twice = with_knowledge(once, pl.DataFrame({"id": ["a"], "mood": ["glad"], "place": ["sea"]}))
    assert twice.lore_columns == ("lore.mood", "lore.place")
    assert twice.item_table.filter(item_id="a")["lore.mood"].to_list() == ["glad"]


def test_knowledge_of_other_items_is_refused(dataset: Dataset) -> None:
    with pytest.raises(DataError, match="none of the 1 ids of the knowledge is in the catalog"):
        with_knowledge(dataset, pl.DataFrame({"id": ["z"], "mood": ["sad"]}))


def test_knowledge_without_ids_or_with_repeated_ones_is_refused(dataset: Dataset) -> None:
    with pytest.raises(DataError, match=r"columns \['item'\] but no 'id'"):
        with_knowledge(dataset, pl.DataFrame({"item": ["a"]}))
    with pytest.raises(DataError, match="several rows for id 'a'"):
        with_knowledge(dataset, pl.DataFrame({"id": ["a", "a"]}))
