from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from peers.exchange import (
    DTYPES,
    Answer,
    Events,
    SplitFolder,
    read_answer,
    read_split,
    write_answer,
    write_split,
)


def events(users: list[int], items: list[int]) -> Events:
    return Events(
        users=np.array(users, dtype=np.int32),
        items=np.array(items, dtype=np.int32),
        times_s=np.arange(len(users), dtype=np.int64) + 1_000_000_000,
        ratings=np.full(len(users), np.nan, dtype=np.float32),
        n_users=3,
        n_items=5,
    )


def small_split() -> SplitFolder:
    return SplitFolder(
        name="small",
        train=events([0, 0, 1, 2], [4, 1, 2, 0]),
        validation=events([0, 1], [2, 3]),
        test=events([0, 1], [3, 0]),
        has_times=True,
    )


def test_a_split_comes_back_as_it_was_written(tmp_path: Path) -> None:
    split = small_split()
    write_split(tmp_path / "new" / "folder", split)
    found = read_split(tmp_path / "new" / "folder")
    assert (found.name, found.has_times, found.digest) == ("small", True, split.digest)
    for part, wanted in zip(found.parts.values(), split.parts.values(), strict=True):
        assert part.is_same(wanted)
        assert (part.n_users, part.n_items) == (3, 5)
        assert {name: getattr(part, name).dtype for name in DTYPES} == DTYPES


def test_the_hash_is_the_same_on_every_machine_and_for_every_name() -> None:
    wanted = "3f4730290da6e17d9a5c6db4a8c93eb62fb2bc2a975f933eaa81d50ce5853eda"
    assert small_split().digest == wanted
    assert replace(small_split(), name="other").digest == wanted


@pytest.mark.parametrize("part", ["train", "validation", "test"])
@pytest.mark.parametrize("column", list(DTYPES))
def test_the_hash_changes_with_every_array(part: str, column: str) -> None:
    split = small_split()
    events_there = getattr(split, part)
    other = np.array(getattr(events_there, column))
    other[0] = 1 if other[0] != 1 else 0
    changed = replace(split, **{part: replace(events_there, **{column: other})})
    assert changed.digest != split.digest


def test_the_hash_changes_with_an_event_that_moves_to_another_part() -> None:
    split = small_split()
    moved = replace(split, train=split.train.then(split.validation), validation=events([], []))
    assert moved.digest != split.digest


def test_later_events_of_a_user_follow_the_earlier_ones() -> None:
    known = small_split().known("train+validation")
    assert known.users.tolist() == [0, 0, 0, 1, 1, 2]
    assert known.items.tolist() == [4, 1, 2, 2, 3, 0]
    assert known.items_of(1).tolist() == [2, 3]


def test_an_answer_comes_back_as_it_was_written(tmp_path: Path) -> None:
    answer = Answer(
        users=np.array([0, 2], dtype=np.int32),
        lists=np.array([[1, -1], [3, 0]], dtype=np.int32),
        version="1.2",
        cpu_s=0.5,
        peak_mb=70.0,
        users_per_s=9.0,
    )
    write_answer(tmp_path / "answer.npz", answer)
    found = read_answer(tmp_path / "answer.npz")
    assert np.array_equal(found.users, answer.users)
    assert np.array_equal(found.lists, answer.lists)
    assert (found.version, found.cpu_s, found.peak_mb, found.users_per_s) == ("1.2", 0.5, 70, 9)
