import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from itertools import groupby, islice

import pytest

from lorewise.data.knowledge import Knowledge
from lorewise.errors import StoreError
from lorewise.storage.call_log import Settled, Spent
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.stored_knowledge import JOB, NOON, ended, failed, known, provenance, started


def test_what_came_of_a_call_is_stored_with_its_end(store: KnowledgeStore) -> None:
    store.begin([started("c", "a", "b")])
    store.finish(
        [ended("c", answer_text="the answer")],
        [known("a", input_digest="in-a", call_id="c", tokens=75, cost_usd=0.125)],
        [failed("b", input_digest="in-b", call_id="c")],
    )
    assert store.settled(*JOB) == {
        ("a", "in-a"): Settled(status="done", is_final=True),
        ("b", "in-b"): Settled(status="failed", is_final=True),
    }
    assert list(store.latest("item")) == [
        known("a", input_digest="in-a", call_id="c", tokens=75, cost_usd=0.125)
    ]
    assert list(store.failures("item")) == [failed("b", input_digest="in-b", call_id="c")]
    assert store.call_counts() == {"done": 1}
    assert store.counts() == {("item", "done"): 1, ("item", "failed"): 1}


def test_nothing_of_a_transaction_is_kept_when_a_part_of_it_fails(store: KnowledgeStore) -> None:
    store.begin([started("c", "a")])
    without_tokens = known("b", tokens=None)  # the column takes no NULL
    with pytest.raises(StoreError, match="failed: "):
        store.finish([ended("c")], [known("a"), without_tokens])
    assert store.call_counts() == {"in_flight": 1}
    assert store.counts() == {}
    with pytest.raises(StoreError):
        store.begin([started("d"), started("c")])
    assert store.call_counts() == {"in_flight": 1}


def test_writing_nothing_is_allowed(store: KnowledgeStore) -> None:
    store.begin([])
    store.finish()
    assert (store.add([]), store.forget("item", [])) == (0, 0)
    assert (store.counts(), store.call_counts(), store.spent(*JOB)) == (
        {},
        {},
        Spent(tokens=0, usd=0.0),
    )


def test_a_call_counts_at_its_most_until_it_ends(store: KnowledgeStore) -> None:
    store.begin([started("c"), started("d")])
    assert store.spent(*JOB) == Spent(tokens=2_000, usd=1.0)
    store.charge("c", 2, 3_000, 1.5)
    assert store.spent(*JOB) == Spent(tokens=4_000, usd=2.0)
    # 100 + 50 tokens that were counted, 850 that a cut connection may have cost
    store.finish([ended("c", n_attempts=2, unconfirmed_tokens=850, cost_usd=0.25)])
    assert store.spent(*JOB) == Spent(tokens=1_000 + 1_000, usd=0.25 + 0.5)
    store.finish([ended("d", status="failed", error="timed out", prompt_tokens=0)])
    assert store.spent(*JOB) == Spent(tokens=1_000 + 50, usd=0.25 + 0.25)


def test_an_interrupted_call_still_counts_at_its_most(store: KnowledgeStore) -> None:
    store.begin([started("c"), started("d"), started("other", prompt_digest="p2")])
    store.finish([ended("c")])
    assert store.interrupt(*JOB) == 1
    assert store.interrupt(*JOB) == 0
    assert store.call_counts() == {"done": 1, "in_flight": 1, "interrupted": 1}
    assert store.spent(*JOB) == Spent(tokens=150 + 1_000, usd=0.25 + 0.5)


def test_jobs_are_told_apart_by_kind_model_and_prompt(store: KnowledgeStore) -> None:
    store.begin([started("c"), started("d", kind="user"), started("e", model="gpt2")])
    store.finish(
        done=[
            known("a"),
            known("a", prompt_digest="p2"),
            known("a", model="GPT"),
            known("a", kind="user"),
        ]
    )
    assert store.spent(*JOB) == Spent(tokens=1_000, usd=0.5)
    assert store.counts() == {("item", "done"): 3, ("user", "done"): 1}
    assert len(store.settled(*JOB)) == len(store.settled("item", "GPT", "p1")) == 1


def test_an_item_and_its_audience_neither_hide_nor_forget_each_other(store: KnowledgeStore) -> None:
    store.begin([started("c", "a"), started("d", "a", kind="audience")])
    store.finish(
        [ended("c", answer_text="of the item"), ended("d", answer_text="of its audience")],
        [known("a", hours=0), known("a", {"groups": ("sailors",)}, kind="audience", hours=1)],
    )
    assert [entry.facets for entry in store.latest("item")] == [{"mood": "calm"}]
    assert [entry.facets for entry in store.latest("audience")] == [{"groups": ("sailors",)}]
    assert len(store.settled(*JOB)) == len(store.settled("audience", "gpt", "p1")) == 1
    assert store.forget("audience", ["a"]) == 1
    assert store.history("item", "a") == [known("a")]
    assert dict(store.answers()) == {"q-c": "of the item"}


def test_an_answer_takes_the_place_of_a_failure_with_the_same_key(store: KnowledgeStore) -> None:
    store.finish(failed=[failed("a", is_final=False)])
    assert store.settled(*JOB) == {("a", "in"): Settled(status="failed", is_final=False)}
    store.finish(done=[known("a")])
    assert store.settled(*JOB) == {("a", "in"): Settled(status="done", is_final=True)}
    assert list(store.failures("item")) == []


def test_the_latest_knowledge_is_the_newest_of_each_subject_by_rising_id(
    store: KnowledgeStore,
) -> None:
    ids = ["b", "B", "é", "e", "a", "中", "10", "9"]
    old = [known(key, {"mood": "old"}, input_digest="1", hours=0) for key in ids]
    new = [known(key, {"mood": "new"}, input_digest="0", hours=1) for key in ids]
    other = [known("c", kind="user"), known("a", {"mood": "older"}, model="z", hours=-1)]
    store.finish(done=[*new, *old, *other], failed=[failed("a", input_digest="2")])
    found = list(store.latest("item"))
    assert [entry.subject_id for entry in found] == ["10", "9", "B", "a", "b", "e", "é", "中"]
    assert {entry.facets["mood"] for entry in found} == {"new"}


def test_of_several_kinds_the_latest_of_each_stand_together_by_id(store: KnowledgeStore) -> None:
    ids = ["a\tb", "a", "B", "é", "a b"]  # not every database has a tab before the end of a text
    of_items = [known(key) for key in ids]
    of_audiences = [known(key, kind="audience", hours=-1) for key in ["c", *ids]]
    older = [known(key, {"mood": "old"}, hours=-2, input_digest="0") for key in ids]
    store.finish(done=[*of_audiences, *older, *of_items, known("a", kind="user")])
    found = list(store.latest("item", "audience"))
    assert sorted(found, key=by_id_and_kind) == sorted(
        [*of_items, *of_audiences], key=by_id_and_kind
    )
    runs = [key for key, _ in groupby(entry.subject_id for entry in found)]
    assert sorted(runs) == sorted(["c", *ids])


def by_id_and_kind(entry: Knowledge) -> tuple[str, str]:
    return entry.subject_id, entry.kind


def test_the_history_of_a_subject_is_newest_first(store: KnowledgeStore) -> None:
    versions = [known("a", input_digest=str(hour), hours=hour) for hour in (2, 3, 1)]
    store.finish(done=[*versions, known("A"), known("a", kind="user")])
    assert store.history("item", "a") == [versions[1], versions[0], versions[2]]
    assert store.history("item", "absent") == []


def test_everything_comes_back_as_it_was(store: KnowledgeStore) -> None:
    entry = Knowledge(
        kind="user",
        subject_id='Ünï 中文 🎬\' "x"%s',
        facets={"z": "last letter first", "a": ("中文", "🎬\n\t"), "b": "NUL \0 kept"},
        confidence=None,
        provenance=provenance(
            model="org/model:7b",
            as_of=datetime(2026, 7, 1, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=8))),
            tokens=2**40,
            cost_usd=1.25e-7,
            events_digest="e" * 16,
            n_events=0,
        ),
    )
    store.finish(done=[entry])
    (found,) = store.latest("user")
    assert found == entry
    assert list(found.facets) == ["z", "a", "b"]


def test_answers_come_back_oldest_first_whatever_models_say(store: KnowledgeStore) -> None:
    store.begin([started(name) for name in "cdef"])
    later = NOON + timedelta(microseconds=1)
    store.finish([ended("c", finished_at=later, answer_text="中🎬" * 200_000)])
    store.finish([ended("d", answer_text="NUL \0 and half \ud83c"), ended("e", answer_text=None)])
    assert list(store.answers()) == [("q-d", "NUL ? and half ?"), ("q-c", "中🎬" * 200_000)]


def test_imported_knowledge_takes_the_place_of_the_same_key(store: KnowledgeStore) -> None:
    bare = Knowledge(kind="item", subject_id="a", facets={"mood": "first"})
    assert store.add([bare, known("b")], as_of=NOON) == 2
    changed = Knowledge(kind="item", subject_id="a", facets={"mood": "second"})
    assert store.add([changed], as_of=NOON) == 1
    imported = provenance(model="imported", prompt_digest="", input_digest="")
    assert list(store.latest("item")) == [
        Knowledge(kind="item", subject_id="a", facets={"mood": "second"}, provenance=imported),
        known("b"),
    ]


def test_knowledge_imported_without_a_date_is_as_of_now(store: KnowledgeStore) -> None:
    before = datetime.now(UTC)
    store.add([Knowledge(kind="item", subject_id="a", facets={})])
    (found,) = store.latest("item")
    assert found.provenance
    assert before <= found.provenance.as_of <= datetime.now(UTC)


def test_an_import_that_breaks_off_leaves_nothing(store: KnowledgeStore) -> None:
    def breaking() -> Iterator[Knowledge]:
        yield from (known(str(number)) for number in range(1_500))
        raise KeyError

    with pytest.raises(KeyError):
        store.add(breaking())
    assert store.counts() == {}


def test_many_rows_are_stored_and_read_in_batches(store: KnowledgeStore) -> None:
    entries = [known(f"{number:05}") for number in range(2_500)]
    assert store.add(entries) == 2_500
    assert list(store.latest("item")) == entries


def test_one_may_write_while_reading_and_stop_reading_early(store: KnowledgeStore) -> None:
    store.add(known(f"{number:05}") for number in range(2_500))
    reading = store.latest("item")
    assert len(list(islice(reading, 10))) == 10
    store.finish(done=[known("new")])
    assert store.history("item", "new") == [known("new")]
    reading.close()  # type: ignore[attr-defined]  # it is a generator
    assert store.counts() == {("item", "done"): 2_501}


def test_the_forgotten_are_gone_from_knowledge_and_calls(store: KnowledgeStore) -> None:
    store.begin([started("c", "a", "b"), started("d", "b"), started("e", "a", kind="user")])
    store.finish(
        [
            ended("c", answer_text="about a and b", status="failed", error="a is odd"),
            ended("d", answer_text="about b"),
            ended("e", answer_text="about user a"),
        ],
        [known("a"), known("a", model="m2"), known("b"), known("A"), known("a", kind="user")],
        [failed("a", prompt_digest="p2")],
    )
    cost = store.spent(*JOB)
    assert store.forget("item", ["a", "absent"]) == 3
    assert [entry.subject_id for entry in store.latest("item")] == ["A", "b"]
    assert list(store.failures("item")) == []
    assert dict(store.answers()) == {"q-d": "about b", "q-e": "about user a"}
    assert store.spent(*JOB) == cost
    assert store.history("user", "a") == [known("a", kind="user")]
    assert store.forget("item", ["a"]) == 0


@pytest.mark.parametrize("bad", ["", " a", "a\n", "a\0b", "x" * 401])
def test_an_id_that_no_database_keeps_as_a_key_is_refused(store: KnowledgeStore, bad: str) -> None:
    with pytest.raises(StoreError, match="cannot be a key; it must have 1 to 400 characters"):
        store.finish(done=[known(bad)])
    with pytest.raises(StoreError, match="cannot be a key; it must have 1 to 200 characters"):
        store.finish(failed=[failed("a", model=bad)])


def test_the_longest_ids_and_names_are_keys_everywhere(store: KnowledgeStore) -> None:
    longest = [known("🎬" * 399 + end, model="🎬" * 200) for end in "ab"]
    store.finish(done=longest)
    assert list(store.latest("item")) == longest


def test_rows_that_cannot_be_read_are_named(store: KnowledgeStore) -> None:
    broken = known("b", {"mood": 7})  # type: ignore[dict-item]  # what another release might write
    store.finish(done=[known("a"), broken, known("c", kind="user")])
    with pytest.raises(StoreError, match="the facets of item 'b' by gpt cannot be read"):
        list(store.latest("item"))
    (problem,) = store.damage("item")
    assert "7 is neither text nor a list of texts" in problem
    assert list(store.damage("user")) == []


def test_two_writers_at_once_lose_nothing(shared_url: str, store: KnowledgeStore) -> None:
    def write(writer: int) -> None:
        with KnowledgeStore.open(shared_url) as own:
            for turn in range(20):
                call_id = f"{writer}-{turn}"
                keys = [f"{key:02}" for key in range(8)][:: 1 if writer % 2 else -1]
                own.begin([started(call_id, *keys)])
                own.finish([ended(call_id)], [known(key, call_id=call_id) for key in keys])

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(write, range(4))) == [None] * 4
    assert store.call_counts() == {"done": 80}
    assert store.counts() == {("item", "done"): 8}


KILLED = """
import os, signal, sys
from lorewise.storage.knowledge_store import KnowledgeStore
from lorewise.testing.stored_knowledge import ended, known, started
store = KnowledgeStore.open(sys.argv[1])
store.begin([started("c", "a"), started("d", "b")])
store.finish([ended("c")], [known("a")])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_was_written_outlives_a_killed_process(shared_url: str, store: KnowledgeStore) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED, shared_url], check=False)
    assert killed.returncode == -9
    assert list(store.latest("item")) == [known("a")]
    assert store.call_counts() == {"done": 1, "in_flight": 1}


def test_a_store_may_be_closed_twice(empty_url: str) -> None:
    with KnowledgeStore.open(empty_url) as store:
        store.close()
    with KnowledgeStore.open(empty_url, create=False) as store:
        assert store.counts() == {}
