from collections.abc import Callable

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.splitting.cold_users import cold_users
from lorewise.errors import DataError, SettingsError

Build = Callable[..., Dataset]
Listed = Callable[[Dataset], list[tuple[str, str, int]]]


@pytest.mark.parametrize("n_revealed", [0, 1, 3])
def test_a_tenth_of_the_users_shows_its_first_events_only(
    sizable: Dataset, n_revealed: int
) -> None:
    made = cold_users(sizable, rng=np.random.default_rng(0), n_revealed=n_revealed)
    assert len(made.target_users) == 3
    trained, known = np.diff(made.train.offsets), np.diff(made.history.offsets)
    assert trained[made.target_users].tolist() == [0, 0, 0]
    assert known[made.target_users].tolist() == [n_revealed] * 3
    for user in made.target_users:
        whole = sizable.item_numbers[sizable.offsets[user] : sizable.offsets[user + 1]]
        shown = made.history.item_numbers[made.history.offsets[user] :][:n_revealed]
        assert shown.tolist() == whole[:n_revealed].tolist()


def test_warm_users_are_trained_on_whole_and_not_asked(sizable: Dataset) -> None:
    made = cold_users(sizable, rng=np.random.default_rng(0))
    warm = np.setdiff1d(np.arange(sizable.n_users), made.target_users)
    whole = np.diff(sizable.offsets)[warm]
    np.testing.assert_array_equal(np.diff(made.train.offsets)[warm], whole)
    np.testing.assert_array_equal(np.diff(made.history.offsets)[warm], whole)
    assert np.diff(made.held_out.offsets)[warm].sum() == 0


def test_the_same_seed_draws_the_same_users_however_many_events_are_revealed(
    sizable: Dataset,
) -> None:
    none = cold_users(sizable, rng=np.random.default_rng(3), n_revealed=0)
    three = cold_users(sizable, rng=np.random.default_rng(3), n_revealed=3)
    assert none.target_users.tolist() == three.target_users.tolist()


def test_a_cold_user_with_no_more_than_the_revealed_events_is_no_target(build: Build) -> None:
    rows = [(f"u{n}", item, time) for n in range(9) for time, item in enumerate("abcd")]
    made = cold_users(
        build([*rows, ("short", "a", 1)]), rng=np.random.default_rng(0), n_revealed=1, share=0.9
    )
    short = made.train.users.number_of["short"]
    assert np.diff(made.train.offsets)[short] == 0  # the seed draws it
    assert short not in made.target_users
    assert len(made.target_users) == 8


def test_revealing_everything_leaves_nothing_to_ask(sizable: Dataset) -> None:
    with pytest.raises(DataError, match="'cold-users' holds nothing out"):
        cold_users(sizable, rng=np.random.default_rng(0), n_revealed=100)


def test_a_negative_number_of_events_is_refused(sizable: Dataset) -> None:
    with pytest.raises(SettingsError, match="-1 events cannot be revealed"):
        cold_users(sizable, rng=np.random.default_rng(0), n_revealed=-1)
