import numpy as np

from lorewise.models.neural_order import mixed, nameless_order
from lorewise.testing.tiny import tiny_world


def made_as(ids: tuple[str, ...], order: np.ndarray) -> list[str]:
    """Return the ids in this order, less any prefix."""
    return [ids[number].removeprefix("renamed-") for number in order]


def test_other_ids_leave_the_order_as_it_was() -> None:
    here, there = tiny_world().dataset, tiny_world(id_prefix="renamed-").dataset
    (users, items), (other_users, other_items) = nameless_order(here), nameless_order(there)
    assert made_as(here.users.ids, users) == made_as(there.users.ids, other_users)
    warm, other_warm = here.item_counts[items] > 0, there.item_counts[other_items] > 0
    assert made_as(here.items.ids, items[warm]) == made_as(there.items.ids, other_items[other_warm])


def test_the_order_depends_on_the_events() -> None:
    dataset = tiny_world().dataset
    fewer = dataset.only(np.arange(1, dataset.n_interactions))
    assert nameless_order(dataset)[1].tolist() != nameless_order(fewer)[1].tolist()


def test_keys_that_differ_in_a_bit_become_keys_that_differ_in_half_of_them() -> None:
    keys = np.arange(1_000, dtype=np.uint64)
    n_bits = np.bitwise_count(mixed(keys) ^ mixed(keys ^ np.uint64(1)))
    assert 30 < n_bits.mean() < 34
