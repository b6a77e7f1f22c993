import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lorewise.data.knowledge import ITEM_KINDS, Facets
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.stored_knowledge import ended, failed, known, started

Run = Callable[..., Any]

ITEMS: list[dict[str, Any]] = [
    {"id": "07", "mood": "warm", "themes": ["light", "night"]},
    {"id": "b", "mood": "soft"},
]


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/lore.db"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "lore.jsonl", *ITEMS)


def written(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return path


def test_help_lists_the_commands(run: Run) -> None:
    outcome = run("knowledge", "--help")
    assert outcome.code == 0
    for word in ["show", "export", "import", "verify", "diff", "forget"]:
        assert word in outcome.out


@pytest.mark.parametrize("command", ["show", "export", "import", "verify", "diff", "forget"])
def test_every_command_takes_its_options_from_a_file(
    run: Run, url: str, file: Path, tmp_path: Path, command: str
) -> None:
    run("knowledge", "import", "--store", url, file)
    values = {"store": url, "out": str(tmp_path / "out.jsonl"), "quiet": True, "json": True}
    options = {"export": ["store", "out"], "diff": []}.get(command, ["store"])
    config = tmp_path / "lorewise.toml"
    lines = [f"{name} = {json.dumps(values[name])}" for name in [*options, "quiet", "json"]]
    config.write_text("\n".join(["[knowledge." + command + "]", *lines]))
    ids: dict[str, list[Any]] = {
        "show": ["07"],
        "forget": ["07"],
        "import": [file],
        "diff": [url, file],
    }
    outcome = run("knowledge", command, "--config", config, *ids.get(command, []))
    assert outcome.code == 0
    assert json.loads(outcome.out)


def test_what_is_imported_is_exported(run: Run, url: str, file: Path, tmp_path: Path) -> None:
    outcome = run("knowledge", "import", "--store", url, file)
    assert (outcome.code, outcome.out) == (0, "knowledge about 2 items stored\n")
    out = tmp_path / "out.jsonl"
    outcome = run("knowledge", "export", "--store", url, "--out", out)
    assert outcome.out == f"knowledge about 2 items written to {out}\n"
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line.pop("provenance")["model"] for line in lines] == ["imported", "imported"]
    assert lines == ITEMS
    assert json.loads(run("knowledge", "diff", url, out, "--json").out)["n_same"] == 2


def test_users_are_kept_apart_from_items(run: Run, url: str, file: Path, tmp_path: Path) -> None:
    run("knowledge", "import", "--store", url, "--kind", "user", file)
    out = tmp_path / "out.jsonl"
    content = run("knowledge", "export", "--store", url, "--out", out, "--json").out
    assert json.loads(content) == {"out": str(out), "n_entries": 0}
    run("knowledge", "export", "--store", url, "--out", out, "--kind", "user")
    assert len(out.read_text().splitlines()) == 2


@pytest.fixture
def both(url: str) -> str:
    """A store that knows item 07, its audience, and the audience of d."""
    groups: Facets = {"groups": ("readers",), "mood": "of no account"}
    with KnowledgeStore.open(url) as store:
        store.add([known("07"), known("07", {"mood": "old"}, hours=-1, input_digest="0")])
        store.add(
            known(key, groups, kind="audience", model="other", hours=1) for key in ("07", "d")
        )
    return url


def exported(run: Run, url: str, out: Path, *kind: str) -> dict[str, Any]:
    assert run("knowledge", "export", "--store", url, "--out", out, *kind).code == 0
    return {entry.pop("id"): entry for entry in map(json.loads, out.read_text().splitlines())}


def test_an_item_and_its_audience_are_exported_as_one_line(
    run: Run, both: str, tmp_path: Path
) -> None:
    lines = exported(run, both, tmp_path / "out.jsonl")
    assert list(lines) == ["07", "d"]
    assert list(lines["07"]) == ["mood", "groups", "confidence", "provenance"]
    assert (lines["07"]["mood"], lines["07"]["groups"]) == ("calm", ["readers"])
    assert (lines["07"]["provenance"]["model"], lines["d"]["provenance"]["model"]) == (
        "gpt",
        "other",
    )
    outcome = run("knowledge", "diff", both, tmp_path / "out.jsonl", "--json")
    assert json.loads(outcome.out)["n_same"] == 2


def test_each_kind_can_be_exported_alone(run: Run, both: str, tmp_path: Path) -> None:
    general = exported(run, both, tmp_path / "out.jsonl", "--kind", "item")
    assert [list(line) for line in general.values()] == [["mood", "confidence", "provenance"]]
    audience = exported(run, both, tmp_path / "out.jsonl", "--kind", "audience")
    assert {key: line["provenance"]["model"] for key, line in audience.items()} == {
        "07": "other",
        "d": "other",
    }
    difference = run("knowledge", "diff", both, tmp_path / "out.jsonl", "--kind", "audience")
    assert difference.out.startswith("0 added, 0 removed, 0 changed, 2 the same")


def test_both_move_into_another_store_by_their_kinds(run: Run, both: str, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path}/other.db"
    for kind in ("item", "audience"):
        exported(run, both, tmp_path / "out.jsonl", "--kind", kind)
        run("knowledge", "import", "--store", other, "--kind", kind, tmp_path / "out.jsonl")
    with KnowledgeStore.open(both) as before, KnowledgeStore.open(other) as after:
        for kind in ITEM_KINDS:
            assert list(after.latest(kind)) == list(before.latest(kind)) != []


def test_an_item_is_shown_with_its_audience_after_it(run: Run, both: str) -> None:
    shown = run("knowledge", "show", "07", "--store", both).out.split("\n\n")
    assert [it.splitlines()[0] for it in shown] == ["item 07", "item 07", "audience 07"]
    content = json.loads(run("knowledge", "show", "07", "--store", both, "--json").out)
    assert [entry["mood"] for entry in content["item"]["knowledge"]] == ["calm", "old"]
    assert [entry["groups"] for entry in content["audience"]["knowledge"]] == [["readers"]]
    alone = run("knowledge", "show", "07", "--store", both, "--kind", "audience", "--json")
    assert list(json.loads(alone.out)) == ["audience"]


def test_the_audience_alone_is_enough_to_be_shown(run: Run, both: str) -> None:
    assert run("knowledge", "show", "d", "--store", both).out.startswith("audience d\n")
    assert run("knowledge", "show", "d", "--store", both, "--kind", "item").code == 2


@pytest.mark.parametrize(
    ("kind", "n_rows", "left"),
    [
        ([], 3, [("audience", "d")]),
        (["--kind", "item"], 2, [("audience", "07"), ("audience", "d")]),
        (["--kind", "audience"], 1, [("item", "07"), ("audience", "d")]),
    ],
)
def test_an_item_is_forgotten_with_its_audience_unless_a_kind_is_given(
    run: Run, both: str, kind: list[str], n_rows: int, left: list[tuple[str, str]]
) -> None:
    outcome = run("knowledge", "forget", "--store", both, "07", *kind, "--json")
    assert (outcome.code, json.loads(outcome.out)) == (0, {"n_rows": n_rows})
    with KnowledgeStore.open(both) as store:
        assert [(it.kind, it.subject_id) for it in store.latest(*ITEM_KINDS)] == left


def test_a_bad_line_keeps_the_whole_file_out(run: Run, url: str, tmp_path: Path) -> None:
    path = written(tmp_path / "bad.jsonl", {"id": "a", "mood": "x"}, {"id": "b", "mood": 7})
    outcome = run("knowledge", "import", "--store", url, path)
    assert (outcome.code, outcome.out) == (2, "")
    assert "bad.jsonl, line 2, field 'mood'" in outcome.err
    with KnowledgeStore.open(url) as store:
        assert store.counts() == {}


def test_all_that_is_known_of_one_subject_is_shown_newest_first(run: Run, url: str) -> None:
    with KnowledgeStore.open(url) as store:
        newer = known("07", {"mood": "new", "themes": ("a", "b")}, hours=1, input_digest="2")
        store.finish(done=[known("07"), newer], failed=[failed("07", input_digest="3")])
    outcome = run("knowledge", "show", "07", "--store", url)
    assert outcome.code == 0
    first, second, third = outcome.out.split("\n\n")
    assert first.splitlines()[:5] == [
        "item 07",
        "  mood: new",
        "  themes: a; b",
        "  confidence: high",
        "  provenance:",
    ]
    assert "  mood: calm" in second
    assert third == ("item 07\n  failed: no usable facet (gpt, 2026-03-01T12:00:00.123456+00:00)\n")
    content = json.loads(run("knowledge", "show", "07", "--store", url, "--json").out)
    assert [entry["mood"] for entry in content["item"]["knowledge"]] == ["new", "calm"]
    assert content["item"]["failures"][0]["reason"] == "no usable facet"


def test_a_subject_that_nobody_knows_is_an_error(run: Run, url: str, file: Path) -> None:
    run("knowledge", "import", "--store", url, file)
    outcome = run("knowledge", "show", "07", "--store", url, "--kind", "user")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "error: the store holds nothing about user '07'; check the id and --kind\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "--out", "out.jsonl"],
        ["show", "07"],
        ["verify"],
        ["forget", "07"],
    ],
)
def test_looking_into_a_store_that_is_not_there_makes_none(
    run: Run, url: str, tmp_path: Path, arguments: list[str]
) -> None:
    outcome = run("knowledge", *arguments, "--store", url)
    assert (outcome.code, outcome.out) == (2, "")
    assert "there is no file" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_a_sound_store_that_covers_the_data_ends_with_0(
    run: Run, url: str, shop: Path, tmp_path: Path
) -> None:
    more: list[dict[str, Any]] = [{"id": "c", "mood": "x"}, {"id": "d", "mood": "y"}]
    run("knowledge", "import", "--store", url, written(tmp_path / "all.jsonl", *ITEMS, *more))
    outcome = run("knowledge", "verify", "--store", url, "--data", shop)
    assert outcome.code == 0
    assert outcome.out == "4 items done\nnothing is wrong\n"


def test_all_that_is_wrong_with_a_store_is_listed_and_ends_with_3(
    run: Run, url: str, shop: Path
) -> None:
    with KnowledgeStore.open(url) as store:
        unreadable = known("b", {"mood": 7})  # type: ignore[dict-item]  # of another release
        lost = [failed("c"), failed("d"), failed("07", input_digest="old")]
        store.begin([started("call", "c")])
        store.finish([ended("call")], [known("07"), known("z"), unreadable], lost)
    outcome = run("knowledge", "verify", "--store", url, "--data", shop)
    assert outcome.code == 3
    assert outcome.out.splitlines() == [
        "3 items done",
        "3 items failed",
        "1 calls done",
        "failed, 2 in all, for reasons: 1",
        "  2 times: no usable facet",
        "unreadable: 1",
        "  the facets of item 'b' by gpt cannot be read (7 is neither text nor a list of texts); "
        "forget it with `lorewise knowledge forget` and ask again",
        "known, but not in the data: 1",
        "  z",
        "items without general knowledge: 2",
        "  c",
        "  d",
    ]
    content = json.loads(run("knowledge", "verify", "--store", url, "--json").out)
    assert content["is_sound"] is False
    assert content["failed"][0] == {"kind": "item", "id": "c", "reason": "no usable facet"}
    assert content["unknown_ids"] == content["items_without"] == []  # no data to compare with


def test_a_user_whom_the_data_lack_is_wrong_too(run: Run, url: str, shop: Path) -> None:
    with KnowledgeStore.open(url) as store:
        store.add(known(key, kind="user") for key in ("ann", "zoe"))
        store.add(known(key) for key in ("07", "b", "c", "d"))
    outcome = run("knowledge", "verify", "--store", url, "--data", shop, "--json")
    assert outcome.code == 3
    assert json.loads(outcome.out)["unknown_ids"] == ["zoe"]


def test_the_audience_of_an_item_is_checked_as_all_else(run: Run, url: str, shop: Path) -> None:
    with KnowledgeStore.open(url) as store:
        unreadable = known("b", {"groups": 7}, kind="audience")  # type: ignore[dict-item]  # of another release
        store.finish(done=[known("z"), *(known(key, kind="audience") for key in "yzd"), unreadable])
        store.finish(failed=[replace(failed("c"), kind="audience")])
    outcome = run("knowledge", "verify", "--store", url, "--data", shop, "--json")
    content = json.loads(outcome.out)
    assert outcome.code == 3
    assert content["counts"] == {"audiences done": 4, "audiences failed": 1, "items done": 1}
    assert content["failed"] == [{"kind": "audience", "id": "c", "reason": "no usable facet"}]
    assert "the facets of audience 'b'" in content["unreadable"][0]
    assert content["unknown_ids"] == ["y", "z"]
    assert sorted(content["items_without"]) == ["07", "b", "c", "d"]


def test_long_lists_are_cut_and_json_has_them_whole(run: Run, url: str, shop: Path) -> None:
    with KnowledgeStore.open(url) as store:
        store.add(known(f"z{number:02}") for number in range(12))
    outcome = run("knowledge", "verify", "--store", url, "--data", shop)
    assert outcome.out.count("\n  z") == 10
    assert "  and 2 more\n" in outcome.out
    content = json.loads(run("knowledge", "verify", "--store", url, "--data", shop, "--json").out)
    assert len(content["unknown_ids"]) == 12


def test_a_difference_names_what_came_went_and_changed(
    run: Run, url: str, file: Path, tmp_path: Path
) -> None:
    run("knowledge", "import", "--store", url, file)
    changed = {"id": "07", "mood": "cold", "themes": ["light", "night"], "confidence": "low"}
    newer = written(tmp_path / "newer.jsonl", changed, {"id": "c", "mood": "x"})
    outcome = run("knowledge", "diff", url, newer)
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        "1 added, 1 removed, 1 changed, 0 the same",
        "added: 1",
        "  c",
        "removed: 1",
        "  b",
        "  07 mood: warm -> cold",
        "  07 confidence: (none) -> low",
    ]
    assert json.loads(run("knowledge", "diff", url, newer, "--json").out)["changed"] == {
        "07": {"mood": ["warm", "cold"], "confidence": [None, "low"]}
    }


def test_the_forgotten_are_gone(run: Run, url: str, file: Path) -> None:
    run("knowledge", "import", "--store", url, file)
    outcome = run("knowledge", "forget", "--store", url, "--kind", "item", "07", "absent")
    assert outcome.code == 0
    assert outcome.out == "1 pieces of knowledge about 2 items removed\n"
    assert run("knowledge", "show", "07", "--store", url).code == 2
    assert run("knowledge", "show", "b", "--store", url).code == 0


def test_a_user_is_not_taken_for_an_item_that_nobody_knows(run: Run, url: str, file: Path) -> None:
    run("knowledge", "import", "--store", url, "--kind", "user", file)
    outcome = run("knowledge", "forget", "--store", url, "07")
    assert (outcome.code, outcome.out) == (2, "")
    assert "holds nothing about item '07'; check the id and --kind" in outcome.err
    assert run("knowledge", "forget", "--store", url, "07", "--kind", "user").code == 0


def test_a_url_that_is_none_is_wrong_use(run: Run, file: Path) -> None:
    outcome = run("knowledge", "import", "--store", "lore.db", file)
    assert (outcome.code, outcome.out) == (2, "")
    assert "write sqlite:///FILE" in outcome.err
