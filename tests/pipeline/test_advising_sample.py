"""A part of the data on which candidates are tried."""

from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.errors import DataError
from lorewise.pipeline.advising_sample import Sample
from lorewise.testing.told_world import told_world


def drawn(dataset: Dataset, *, n_items: int = 60, n_users: int = 40) -> Sample:
    everything = np.ones(dataset.n_items, dtype=np.bool_)
    rng = np.random.default_rng(3)
    return Sample.of(dataset, n_items=n_items, n_users=n_users, among=everything, rng=rng)


def test_every_item_is_held_out_exactly_once() -> None:
    sample = drawn(told_world())
    assert len(sample.items) == 60
    assert (np.sum([held.is_cold for held in sample.rounds], axis=0) == 1).all()
    for held in sample.rounds:
        places = np.concatenate([half.places for half in held.halves])
        assert sorted(places) == np.flatnonzero(held.is_cold).tolist()


def test_targets_are_what_the_users_did_with_the_items_of_a_half() -> None:
    world, sample = told_world(), drawn(told_world(), n_users=1_000)
    n_events = sum(len(half.targets.item_numbers) for it in sample.rounds for half in it.halves)
    assert n_events == np.isin(world.item_numbers, sample.items).sum()
    assert sample.n_users == world.n_users


def test_what_is_held_out_never_speaks() -> None:
    world, sample = told_world(), drawn(told_world())
    held = sample.rounds[0]
    is_cold = np.isin(world.item_numbers, sample.items[held.is_cold])
    louder = replace(world, weights=np.where(is_cold, 5, world.weights).astype(np.float32))
    again = drawn(louder).rounds[0]
    np.testing.assert_array_equal(held.is_cold, again.is_cold)
    np.testing.assert_allclose(held.reach, again.reach, atol=1e-6)


def test_the_catalog_of_the_sample_has_texts_and_no_events() -> None:
    world, sample = told_world(), drawn(told_world())
    catalog = sample.catalog(world)
    assert catalog.n_interactions == 0
    assert list(catalog.items.ids) == catalog.item_table["item_id"].to_list()
    assert catalog.items.ids[5] == world.items.ids[sample.items[5]]
    assert catalog.lore_columns == world.lore_columns


def test_items_are_drawn_from_those_that_may_be() -> None:
    world = told_world()
    among = np.arange(world.n_items) >= 20
    rng = np.random.default_rng(0)
    sample = Sample.of(world, n_items=500, n_users=9, among=among, rng=rng)
    assert sample.items.tolist() == list(range(20, 80))
    with pytest.raises(DataError, match="only 10 items have events"):
        Sample.of(world, n_items=500, n_users=9, among=np.arange(80) >= 70, rng=rng)


def test_people_with_a_single_event_tell_nothing() -> None:
    world = told_world()
    with pytest.raises(DataError, match="another item"):
        drawn(world.only(world.offsets[:-1]))
