import numpy as np
import pytest
from peers.ours import About, Fit, spaces
from peers.space import Between, OneOf, WholeBetween
from split_folder import split_of

from lorewise.data.splitting import shuffle_ties
from lorewise.errors import DataError
from lorewise.testing.tiny import tiny_world

ABOUT = About(data="here", shuffle_ties=None, effort="fast", with_texts=True)


@pytest.mark.parametrize("fit_on", ["train", "train+validation"])
def test_our_lists_hold_what_users_have_not_met(fit_on: str) -> None:
    dataset = tiny_world().dataset
    known = split_of(dataset, "tiny").known(fit_on)
    users = split_of(dataset, "tiny").wanted(fit_on).users
    lists = Fit("popularity", ABOUT, dataset)(known, {"half_life_days": 30.0}, 1)(users)
    for user, listed in zip(users, lists, strict=True):
        assert not set(listed.tolist()) & set(known.items_of(user).tolist())
    assert (lists[:, 0] >= 0).all()


def test_data_that_split_otherwise_are_refused() -> None:
    dataset = tiny_world().dataset
    reordered = shuffle_ties(dataset.only(np.arange(400)), np.random.default_rng(0))
    known = split_of(reordered, "other").train
    with pytest.raises(DataError, match="here is not split as the split folder is"):
        Fit("popularity", ABOUT, dataset)(known, {}, 1)


def test_our_spaces_are_those_of_the_settings_search() -> None:
    space = spaces("neighbors")
    assert space["n_neighbors"] == WholeBetween(20, 1_000)
    assert space["shrinkage"] == Between(0.1, 300)
    assert isinstance(space["similarity"], OneOf)
    assert spaces("fusion") == {}
