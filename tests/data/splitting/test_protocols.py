from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.cold_users import cold_users
from lorewise.data.splitting.partition import Split
from lorewise.data.splitting.protocols import PROTOCOLS, WITHOUT_CHANCE, split
from lorewise.errors import DataError, SettingsError

Build = Callable[..., Dataset]
Listed = Callable[[Dataset], list[tuple[str, str, int]]]

WITH_CHANCE = sorted(set(PROTOCOLS) - WITHOUT_CHANCE)
PARTITIONING = ["last-item", "random", "cold-items", "cold-mixed"]

moments = st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 9))
regulars = st.lists(st.lists(moments, min_size=6, max_size=15), min_size=2, max_size=4)
passers_by = st.lists(st.lists(moments, min_size=1, max_size=3), max_size=1)
some_rows = st.tuples(regulars, passers_by).map(
    lambda groups: [
        (f"u{number}", item, time)
        for number, moments_of_one in enumerate(groups[0] + groups[1])
        for item, time in moments_of_one
    ]
)
seeds = st.integers(0, 2**32)


def possible_split(dataset: Dataset, protocol: str, seed: int) -> Split:
    """Return the split, or pass over an example too small for the protocol."""
    try:
        return split(dataset, protocol, seed)
    except DataError:
        reject()


def latest_of_each_user(dataset: Dataset) -> Sequence[int]:
    latest = np.full(dataset.n_users, -1)
    np.maximum.at(latest, dataset.user_numbers, dataset.timestamps_s)
    return list(latest)


@pytest.mark.parametrize("protocol", PARTITIONING)
@settings(max_examples=40)
@given(rows=some_rows, seed=seeds)
def test_training_and_held_out_rows_are_together_the_whole(
    protocol: str, rows: list[tuple[str, str, int]], seed: int, build: Build, listed: Listed
) -> None:
    dataset = build(rows)
    made = possible_split(dataset, protocol, seed)
    assert sorted(listed(made.train) + listed(made.held_out)) == listed(dataset)


@settings(max_examples=40)
@given(rows=some_rows, seed=seeds, n_revealed=st.integers(0, 5))
def test_cold_users_rows_are_trained_on_revealed_or_held_out(
    rows: list[tuple[str, str, int]], seed: int, n_revealed: int, build: Build, listed: Listed
) -> None:
    dataset = build(rows)
    try:
        made = cold_users(dataset, rng=np.random.default_rng(seed), n_revealed=n_revealed)
    except DataError:
        reject()
    assert sorted(listed(made.history) + listed(made.held_out)) == listed(dataset)
    assert not np.isin(made.target_users, made.train.user_numbers).any()


@pytest.mark.parametrize("protocol", ["temporal", "sparse"])
@settings(max_examples=40)
@given(rows=some_rows, seed=seeds)
def test_no_row_is_in_two_parts(
    protocol: str, rows: list[tuple[str, str, int]], seed: int, build: Build, listed: Listed
) -> None:
    unique = sorted({(user, item): (user, item, time) for user, item, time in rows}.values())
    made = possible_split(build(unique), protocol, seed)
    train, held_out = set(listed(made.train)), set(listed(made.held_out))
    assert not train & held_out
    assert train | held_out <= set(unique)


@pytest.mark.parametrize("protocol", ["last-item", "sparse", "temporal"])
@settings(max_examples=40)
@given(rows=some_rows, seed=seeds)
def test_no_held_out_row_is_earlier_than_its_users_training_rows(
    protocol: str, rows: list[tuple[str, str, int]], seed: int, build: Build
) -> None:
    made = possible_split(build(rows), protocol, seed)
    latest = np.array(latest_of_each_user(made.train))
    assert (made.held_out.timestamps_s >= latest[made.held_out.user_numbers]).all()


@settings(max_examples=40)
@given(rows=some_rows)
def test_nothing_after_the_temporal_cut_is_trained_on(
    rows: list[tuple[str, str, int]], build: Build
) -> None:
    made = possible_split(build(rows), "temporal", 0)
    assert made.train.timestamps_s.max() <= made.settings["cut_s"]
    assert made.held_out.timestamps_s.min() > made.settings["cut_s"]
    assert np.isin(made.held_out.user_numbers, made.train.user_numbers).all()
    assert len(made.held_out.user_numbers) <= 0.2 * len(rows)


@pytest.mark.parametrize("protocol", ["cold-items", "cold-mixed"])
@settings(max_examples=40)
@given(rows=some_rows, seed=seeds)
def test_no_cold_item_is_trained_on(
    protocol: str, rows: list[tuple[str, str, int]], seed: int, build: Build
) -> None:
    made = possible_split(build(rows), protocol, seed)
    assert not np.isin(made.held_out.item_numbers, made.train.item_numbers).any()
    np.testing.assert_array_equal(made.cold_items, np.unique(made.held_out.item_numbers))


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
@settings(max_examples=40)
@given(rows=some_rows, seed=seeds)
def test_targets_have_held_out_rows_and_ties_are_told_for_each_row(
    protocol: str, rows: list[tuple[str, str, int]], seed: int, build: Build
) -> None:
    made = possible_split(build(rows), protocol, seed)
    assert np.isin(made.target_users, made.held_out.user_numbers).all()
    assert made.tied.shape == (made.held_out.n_interactions,)
    assert made.name == protocol


@pytest.mark.parametrize("protocol", sorted(PROTOCOLS))
def test_the_same_seed_gives_the_same_split(
    protocol: str, sizable: Dataset, listed: Listed
) -> None:
    first, second = split(sizable, protocol, 5), split(sizable, protocol, 5)
    assert first.fingerprint == second.fingerprint
    assert listed(first.train) == listed(second.train)


@pytest.mark.parametrize("protocol", WITH_CHANCE)
def test_another_seed_gives_another_split(protocol: str, sizable: Dataset, listed: Listed) -> None:
    first, second = split(sizable, protocol, 5), split(sizable, protocol, 6)
    assert first.fingerprint != second.fingerprint
    assert listed(first.train) != listed(second.train)
    assert first.settings["seed"] == 5


@pytest.mark.parametrize("protocol", sorted(WITHOUT_CHANCE))
def test_a_seed_changes_nothing_where_no_chance_enters(protocol: str, sizable: Dataset) -> None:
    assert split(sizable, protocol, 5).fingerprint == split(sizable, protocol, 6).fingerprint


def test_an_unknown_protocol_is_refused_with_the_nearest_known(sizable: Dataset) -> None:
    with pytest.raises(SettingsError, match=r"'cold-item'; did you mean 'cold-items'\?"):
        split(sizable, "cold-item")
