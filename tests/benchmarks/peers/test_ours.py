from dataclasses import replace

import numpy as np
import pytest
from peers.ours import About, asking, fitted, fitted_like, part_of, spaces
from peers.space import Between, OneOf, WholeBetween
from split_folder import split_of

from lorewise.data.splitting import shuffle_ties
from lorewise.errors import DataError
from lorewise.testing.tiny import tiny_world

ABOUT = About(data="here", shuffle_ties=None, keep=1.0, effort="fast", with_texts=True)
FAME = {"half_life_days": 30.0}


@pytest.mark.parametrize("fit_on", ["train", "train+validation"])
def test_our_lists_hold_what_users_have_not_met(fit_on: str) -> None:
    dataset = tiny_world().dataset
    known = split_of(dataset, "tiny").known(fit_on)
    users = split_of(dataset, "tiny").wanted(fit_on).users
    part = part_of(dataset, known, ABOUT)
    made = fitted(part, "popularity", ABOUT, FAME, 1)
    lists = asking(part, known, made.scorer)(users)
    for user, listed in zip(users, lists, strict=True):
        assert not set(listed.tolist()) & set(known.items_of(user).tolist())
    assert (lists[:, 0] >= 0).all()


def test_data_that_split_otherwise_are_refused() -> None:
    dataset = tiny_world().dataset
    reordered = shuffle_ties(dataset.only(np.arange(400)), np.random.default_rng(0))
    known = split_of(reordered, "other").train
    with pytest.raises(DataError, match="here is not split as the split folder is"):
        part_of(dataset, known, ABOUT)


def test_a_part_of_thinned_out_data_is_found_again() -> None:
    dataset = tiny_world().dataset
    about = replace(ABOUT, keep=0.5)
    known = split_of(dataset, "tiny", 0.5).known("train+validation")
    part = part_of(dataset, known, about)
    assert part.n_interactions == len(known) < 0.6 * dataset.n_interactions
    with pytest.raises(DataError, match="not split"):
        part_of(dataset, known, ABOUT)


def test_a_fit_like_another_gives_the_same_lists() -> None:
    dataset = tiny_world().dataset
    known = split_of(dataset, "tiny").known("train+validation")
    users = split_of(dataset, "tiny").test.users
    part = part_of(dataset, known, ABOUT)
    chosen = fitted(part, "fusion", ABOUT, {}, 1)
    again = fitted_like(part, chosen)
    first, second = (asking(part, known, made.scorer)(users) for made in (chosen, again))
    np.testing.assert_array_equal(first, second)


def test_our_spaces_are_those_of_the_settings_search() -> None:
    space = spaces("neighbors")
    assert space["n_neighbors"] == WholeBetween(20, 1_000)
    assert space["shrinkage"] == Between(0.1, 300)
    assert isinstance(space["similarity"], OneOf)
    assert spaces("fusion") == {}
