from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.primitives import Embeddings
from lorewise.models.factorization_machine import Machine
from lorewise.models.factorization_settings import FactorizationSettings, Loss, Schedule
from lorewise.models.factorization_training import LOSSES, IdOrder, TrainingEvents, trained
from lorewise.testing.tiny import tiny_world

WORLD = tiny_world()
NONE = WORLD.vectors[:, :0]
SETTINGS = FactorizationSettings(n_components=4)


def laid_out(loss: Loss) -> TrainingEvents:
    settings = replace(SETTINGS, loss=loss)
    return TrainingEvents.of(WORLD.dataset, IdOrder.of(WORLD.dataset), settings)


def learned(n_epochs: int, settings: FactorizationSettings = SETTINGS) -> Machine:
    start = Machine.empty(8, settings).grown(WORLD.dataset, WORLD.vectors, settings)
    return trained(start, WORLD.dataset, WORLD.vectors, settings, n_epochs)


def test_losses_have_the_numbers_of_the_kernels() -> None:
    import lorewise.models.factorization_kernels as kernels

    assert [getattr(kernels, name.upper()) for name in LOSSES] == list(range(len(LOSSES)))


def test_users_and_items_are_numbered_by_their_ids() -> None:
    dataset, events = WORLD.dataset, laid_out("warp")
    by_id = sorted(dataset.users.ids), sorted(dataset.items.ids)
    pairs = {(by_id[0][u], by_id[1][i]) for u, i in zip(events.users, events.items, strict=True)}
    rows = zip(dataset.user_numbers, dataset.item_numbers, strict=True)
    assert pairs == {(dataset.users.ids[u], dataset.items.ids[i]) for u, i in rows}
    assert (np.diff(events.users) >= 0).all()


def test_each_users_choices_rise_and_cold_items_are_never_drawn() -> None:
    events = laid_out("warp")
    assert events.offsets[-1] == len(events.chosen) == WORLD.dataset.n_interactions
    for user in range(WORLD.dataset.n_users):
        chosen = events.chosen[events.offsets[user] : events.offsets[user + 1]]
        assert sorted(events.items[events.users == user]) == chosen.tolist()
    assert len(events.candidates) == (~WORLD.is_cold).sum()


def test_logistic_expects_one_for_a_like_and_zero_for_a_dislike() -> None:
    targets = laid_out("logistic").targets
    assert set(targets.tolist()) == {0, 1}
    assert targets.sum() == (WORLD.dataset.weights > 0).sum()


def test_squared_expects_ratings_less_their_mean_and_skips_the_rest() -> None:
    ratings = WORLD.dataset.ratings.copy()
    ratings[:5] = np.nan
    settings = replace(SETTINGS, loss="squared")
    dataset = replace(WORLD.dataset, ratings=ratings)
    events = TrainingEvents.of(dataset, IdOrder.of(dataset), settings)
    assert len(events.targets) == len(ratings) - 5
    expected = np.sort(ratings[5:] - ratings[5:].mean(dtype=np.float64))
    np.testing.assert_allclose(np.sort(events.targets), expected, atol=1e-5)


def test_events_weigh_by_their_tempered_size() -> None:
    weights = np.where(np.arange(WORLD.dataset.n_interactions) == 0, -9, 1).astype(np.float32)
    dataset = replace(WORLD.dataset, weights=weights)
    events = TrainingEvents.of(dataset, IdOrder.of(dataset), SETTINGS)
    assert sorted(events.weights.tolist())[-2:] == [1, 3]  # the root of 9; a dislike is as near


@pytest.mark.parametrize("schedule", ["adagrad", "adadelta"])
def test_going_on_is_the_same_as_not_having_stopped(schedule: Schedule) -> None:
    settings = replace(SETTINGS, schedule=schedule)
    whole = learned(3, settings).to_arrays()
    begun = learned(2, settings)
    rest = trained(begun, WORLD.dataset, WORLD.vectors, settings, 1).to_arrays()
    for name, array in whole.items():
        np.testing.assert_array_equal(array, rest[name], err_msg=name)


def test_learning_leaves_the_machine_it_starts_from_alone() -> None:
    begun = learned(1)
    before = {name: array.copy() for name, array in begun.to_arrays().items()}
    trained(begun, WORLD.dataset, WORLD.vectors, SETTINGS, 1)
    for name, array in begun.to_arrays().items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


def test_each_epoch_and_each_seed_draws_anew() -> None:
    start = learned(0)

    def first_step(epoch: int, seed: int) -> Embeddings:
        settings = replace(SETTINGS, seed=seed)
        begun = replace(start, n_epochs=epoch)
        return trained(begun, WORLD.dataset, WORLD.vectors, settings, 1).users.values

    once = first_step(0, 42)
    np.testing.assert_array_equal(first_step(0, 42), once)
    assert not np.allclose(first_step(1, 42), once, atol=1e-4)
    assert not np.allclose(first_step(0, 43), once, atol=1e-4)


def test_an_items_row_is_its_own_part_and_what_its_vector_adds() -> None:
    machine = learned(3)
    cold = WORLD.is_cold
    said = WORLD.vectors @ machine.vector_map.values
    np.testing.assert_allclose(machine.items.values[cold, :-1], said[cold, :-1], atol=1e-5)
    assert abs(said[cold]).max() > 0.01
    assert abs(machine.items.values[~cold, :-1] - said[~cold, :-1]).max() > 0.01
    assert (machine.items.values[:, -1] == 1).all()


def test_without_vectors_there_is_nothing_to_map() -> None:
    start = Machine.empty(0, SETTINGS).grown(WORLD.dataset, NONE, SETTINGS)
    machine = trained(start, WORLD.dataset, NONE, SETTINGS, 2)
    assert len(machine.vector_map) == 0
    assert not machine.items.values[WORLD.is_cold, :-1].any()
    assert np.isfinite(machine.items.values).all()
