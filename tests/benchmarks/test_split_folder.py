import json
from pathlib import Path

import numpy as np
import pytest
from split_folder import RECORDED, check_recorded, events_of, name_of, record, split_of

from lorewise.data.dataset import Dataset
from lorewise.errors import DataError
from lorewise.testing.tiny import tiny_world


def first_events(n_events: list[int]) -> Dataset:
    """Return the tiny world with so many first events of its first users with any."""
    dataset = tiny_world().dataset
    users = np.flatnonzero(np.diff(dataset.offsets))[: len(n_events)]
    rows = [dataset.offsets[user] + np.arange(n) for user, n in zip(users, n_events, strict=True)]
    return dataset.only(np.concatenate(rows))


def test_the_last_event_is_for_the_test_and_the_one_before_for_choosing() -> None:
    dataset = first_events([5, 4])
    split = split_of(dataset, "small")
    whole = events_of(dataset)
    for user in np.unique(whole.users):
        items = whole.items_of(user).tolist()
        assert split.train.items_of(user).tolist() == items[:-2]
        assert split.validation.items_of(user).tolist() == items[-2:-1]
        assert split.test.items_of(user).tolist() == items[-1:]


def test_users_with_few_events_keep_them_for_training() -> None:
    dataset = first_events([2, 3, 5])
    two, three, _ = np.unique(dataset.user_numbers)
    split = split_of(dataset, "small")
    assert len(split.train.items_of(two)) == 2
    assert [len(part.items_of(three)) for part in split.parts.values()] == [2, 0, 1]


def test_the_parts_together_are_the_whole() -> None:
    dataset = tiny_world().dataset
    split = split_of(dataset, "tiny")
    assert split.known("train+validation").then(split.test).is_same(events_of(dataset))


def test_a_recorded_split_is_recognized_and_another_one_refused(tmp_path: Path) -> None:
    table = tmp_path / "splits.json"
    table.write_text("{}")
    split, other = split_of(first_events([5, 4]), "small"), split_of(first_events([5, 5]), "small")
    assert not check_recorded(split, table)
    record(split, table)
    assert check_recorded(split, table)
    with pytest.raises(DataError, match=f"{other.digest}, but splits.json has {split.digest}"):
        check_recorded(other, table)


def test_the_table_holds_hashes() -> None:
    recorded = json.loads(RECORDED.read_text())
    assert {"ml-1m", "amazon-beauty-2014"} <= recorded.keys()
    assert all(len(bytes.fromhex(digest)) == 32 for digest in recorded.values())


def test_a_split_with_shuffled_ties_has_a_name_of_its_own(tmp_path: Path) -> None:
    assert name_of(str(tmp_path / "beauty")) == "beauty"
    assert name_of(str(tmp_path / "beauty" / "."), 7) == "beauty, ties shuffled by 7"
