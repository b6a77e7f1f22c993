from dataclasses import replace

import numpy as np
import pytest

from lorewise.data.dataset import Dataset
from lorewise.data.vocabulary import Vocabulary
from lorewise.errors import DataError
from lorewise.models.factorization_machine import LearnedRows, Machine, VectorMap
from lorewise.models.factorization_settings import FactorizationSettings, Schedule
from lorewise.testing.tiny import tiny_world

SETTINGS = FactorizationSettings(n_components=4)
WORLD = tiny_world()


def grown_world() -> Dataset:
    """Return the tiny world with a user and an item more, without interactions."""
    dataset = WORLD.dataset
    return replace(
        dataset,
        users=Vocabulary((*dataset.users.ids, "user-new")),
        items=Vocabulary((*dataset.items.ids, "item-new")),
    )


def first(settings: FactorizationSettings = SETTINGS) -> Machine:
    return Machine.empty(8, settings).grown(WORLD.dataset, WORLD.vectors, settings)


def with_map(machine: Machine) -> Machine:
    values = np.random.default_rng(0).normal(size=(8, 6)).astype(np.float32)
    values[:, -1] = 0
    return replace(machine, vector_map=replace(machine.vector_map, values=values))


def test_first_rows_are_small_factors_no_bias_and_a_one() -> None:
    machine = first()
    assert (machine.users.values[:, 0] == 1).all()
    assert not machine.users.values[:, -1].any()
    assert (machine.items.values[:, -1] == 1).all()
    assert not machine.items.values[:, 0].any()
    warm = machine.items.values[~WORLD.is_cold, 1:-1]
    assert 0.1 < abs(warm).max() <= 0.125  # half of 1 / n_components
    assert len(np.unique(warm)) == warm.size


def test_a_cold_item_has_no_part_of_its_own() -> None:
    assert not first().items.values[WORLD.is_cold, :-1].any()


def test_first_values_belong_to_ids_and_not_to_our_numbers() -> None:
    renamed = tiny_world(id_prefix="renamed-").dataset
    other = Machine.empty(8, SETTINGS).grown(renamed, WORLD.vectors, SETTINGS)
    there = renamed.users.numbers([f"renamed-{key}" for key in WORLD.dataset.users.ids])
    np.testing.assert_array_equal(other.users.values[there], first().users.values)


def test_growth_leaves_what_was_learned_and_adds_what_vectors_say() -> None:
    before = with_map(first())
    vectors = np.concatenate([WORLD.vectors, WORLD.vectors[:1]])
    after = before.grown(grown_world(), vectors, SETTINGS)
    np.testing.assert_array_equal(after.users.values[:-1], before.users.values)
    np.testing.assert_array_equal(after.items.values[:-1], before.items.values)
    expected = vectors[-1] @ before.vector_map.values + [0, 0, 0, 0, 0, 1]
    np.testing.assert_allclose(after.items.values[-1], expected, rtol=1e-5)
    assert after.users.values[-1, 1:-1].any()


def test_arrivals_are_what_their_vectors_say() -> None:
    before = with_map(first())
    after = before.with_arrivals(WORLD.vectors[:2])
    expected = WORLD.vectors[:2] @ before.vector_map.values + [0, 0, 0, 0, 0, 1]
    np.testing.assert_allclose(after.items.values[-2:], expected, rtol=1e-5)


@pytest.mark.parametrize("schedule", ["adagrad", "adadelta"])
def test_new_rows_have_made_no_step(schedule: Schedule) -> None:
    settings = replace(SETTINGS, schedule=schedule)
    users = first(settings).users
    assert (users.squares == (schedule == "adagrad")).all()
    assert users.changes.shape == (len(users), 6 if schedule == "adadelta" else 0)
    assert not users.changes.any()


def test_rows_are_copied_in_the_order_asked_for() -> None:
    rows = LearnedRows.empty(2, by_adadelta=True).with_new(np.eye(2, dtype=np.float32))
    picked = rows.at(np.array([1, 0]))
    picked.values[:] = 7
    assert rows.values.tolist() == [[1, 0], [0, 1]]
    assert rows.at(np.array([1])).values.tolist() == [[0, 1]]


def test_a_column_of_the_map_steps_by_the_rate_at_most() -> None:
    nothing = np.zeros((2, 2), dtype=np.float32)
    gradients = np.array([[30, 0], [40, 0]], dtype=np.float32)
    once = VectorMap(nothing, nothing[0]).stepped(gradients, 0.1)
    # length 50, so .1 * (30, 40) / 50; the column without gradient stays
    np.testing.assert_allclose(once.values, [[-0.06, 0], [-0.08, 0]], rtol=1e-6)
    assert once.squares.tolist() == [2_500, 0]
    again = once.stepped(gradients, 0.1)
    # now .1 * (30, 40) / sqrt(5,000)
    np.testing.assert_allclose(
        again.values[:, 0] - once.values[:, 0], [-0.0424264, -0.0565685], rtol=1e-5
    )


def test_a_turned_space_of_vectors_is_learned_alike() -> None:
    rng = np.random.default_rng(1)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0].astype(np.float32)
    plain = VectorMap(np.zeros((3, 2), dtype=np.float32), np.zeros(2, dtype=np.float32))
    turned = plain
    for _ in range(3):
        gradients = rng.normal(size=(3, 2)).astype(np.float32)
        plain, turned = plain.stepped(gradients, 0.1), turned.stepped(turn @ gradients, 0.1)
    np.testing.assert_allclose(turned.values, turn @ plain.values, atol=1e-6)


def test_what_does_not_fit_is_told() -> None:
    machine, dataset, vectors = first(), WORLD.dataset, WORLD.vectors
    with pytest.raises(DataError, match="44 vectors for 45 items; give one row per item"):
        machine.grown(dataset, vectors[1:], SETTINGS)
    with pytest.raises(DataError, match="7 dimensions, those of the fit 8; encode all"):
        machine.grown(dataset, vectors[:, 1:], SETTINGS)
    with pytest.raises(DataError, match="7 dimensions"):
        machine.with_arrivals(vectors[:, 1:])
    larger = machine.with_arrivals(vectors[:1])
    with pytest.raises(DataError, match="49 users and 45 items, the scorer 49 and 46; give"):
        larger.grown(dataset, vectors, SETTINGS)


def test_it_comes_back_from_its_arrays() -> None:
    machine = with_map(replace(first(), n_epochs=3))
    back = Machine.from_arrays(machine.to_arrays())
    assert back.n_epochs == 3
    for name, array in machine.to_arrays().items():
        np.testing.assert_array_equal(back.to_arrays()[name], array)
