from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.partition import RowParts, Split
from lorewise.errors import DataError

Build = Callable[..., Dataset]


@pytest.fixture
def dataset(build: Build) -> Dataset:
    return build([("u", "a", 1), ("u", "b", 2), ("u", "c", 2), ("v", "a", 3), ("w", "d", 4)])


def parts_of(dataset: Dataset, *held_out_items: str) -> RowParts:
    held_out = np.isin(dataset.items.array[dataset.item_numbers], held_out_items)
    return RowParts(train=~held_out, held_out=held_out)


def test_both_parts_keep_the_vocabularies_of_the_whole(dataset: Dataset) -> None:
    made = Split.of(dataset, "any", parts_of(dataset, "c"), {})
    assert made.train.items is dataset.items
    assert made.held_out.users is dataset.users


def test_an_item_without_training_rows_is_cold_only_if_it_is_held_out(dataset: Dataset) -> None:
    made = Split.of(dataset, "any", parts_of(dataset, "c"), {})
    assert dataset.items.array[made.cold_items].tolist() == ["c"]
    nothing_of_d = RowParts(train=made_mask(dataset, "ab"), held_out=made_mask(dataset, "c"))
    assert (
        Split.of(dataset, "any", nothing_of_d, {}).cold_items.tolist() == made.cold_items.tolist()
    )


def made_mask(dataset: Dataset, items: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.isin(dataset.items.array[dataset.item_numbers], list(items))


def test_a_target_at_the_time_of_the_row_before_it_is_tied(dataset: Dataset) -> None:
    assert Split.of(dataset, "any", parts_of(dataset, "c"), {}).tied.tolist() == [True]
    assert Split.of(dataset, "any", parts_of(dataset, "b"), {}).tied.tolist() == [False]


def test_a_user_without_history_is_no_target(dataset: Dataset) -> None:
    made = Split.of(dataset, "any", parts_of(dataset, "c", "d"), {})
    assert dataset.users.array[made.target_users].tolist() == ["u"]


def test_a_user_without_history_is_a_target_where_the_protocol_reveals_events(
    dataset: Dataset,
) -> None:
    parts = replace(parts_of(dataset, "c", "d"), revealed=made_mask(dataset, ""))
    made = Split.of(dataset, "any", parts, {})
    assert sorted(dataset.users.array[made.target_users]) == ["u", "w"]


def test_the_fingerprint_depends_on_every_ingredient(dataset: Dataset, build: Build) -> None:
    made = Split.of(dataset, "any", parts_of(dataset, "c"), {"share": 0.2})
    other_data = build([("u", "a", 1), ("u", "b", 2), ("u", "c", 2), ("v", "a", 3), ("w", "d", 5)])
    only_a = RowParts(train=made_mask(dataset, "a"), held_out=made_mask(dataset, "c"))
    others = [
        Split.of(dataset, "other", parts_of(dataset, "c"), {"share": 0.2}),
        Split.of(dataset, "any", parts_of(dataset, "c"), {"share": 0.3}),
        Split.of(dataset, "any", parts_of(dataset, "b"), {"share": 0.2}),
        Split.of(dataset, "any", only_a, {"share": 0.2}),
        Split.of(other_data, "any", parts_of(other_data, "c"), {"share": 0.2}),
    ]
    again = Split.of(dataset, "any", parts_of(dataset, "c"), {"share": 0.2})
    assert again.fingerprint == made.fingerprint
    assert len({made.fingerprint, *(other.fingerprint for other in others)}) == 6


def test_a_split_with_an_empty_part_is_refused(dataset: Dataset) -> None:
    with pytest.raises(DataError, match=r"'any' holds nothing out.* 5 interactions of 3 users"):
        Split.of(dataset, "any", parts_of(dataset), {})
    with pytest.raises(DataError, match="leaves no training"):
        Split.of(dataset, "any", parts_of(dataset, *"abcd"), {})
