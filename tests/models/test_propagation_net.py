import numpy as np

from lorewise.models.propagation_net import PropagationNet
from lorewise.models.propagation_settings import NET
from lorewise.models.sparse_rows import SparseRows, sparse_rows

FEATURES = np.array([[1, 0], [0, 1], [0, 0], [1, 1], [0, 0]], dtype=np.float32)
PLAIN = {
    f"{NET}.in": np.eye(2, dtype=np.float32),
    f"{NET}.in_bias": np.zeros(2, dtype=np.float32),
    f"{NET}.out": np.eye(2, dtype=np.float32),
    f"{NET}.out_bias": np.zeros(2, dtype=np.float32),
}
"""A net that passes on what it reads."""


def likes() -> SparseRows:
    """Return one who likes items 0, 1 and 2, and one who likes item 0; nobody likes 3 and 4."""
    items = np.array([0, 1, 2, 0], dtype=np.int32)
    return sparse_rows(np.ones(4, dtype=np.float32), items, np.array([0, 3, 4]), 5)


def net() -> PropagationNet:
    return PropagationNet.untrained(FEATURES, likes(), 2).trained(PLAIN, likes())


def unit(*numbers: float) -> np.ndarray:
    row: np.ndarray = np.array(numbers) / np.linalg.norm(numbers)
    return row


def test_a_hop_divides_by_the_roots_of_both_sides() -> None:
    hop = net().hop(likes()).toarray()
    # Item 0 has two likes, and the first person gives three: 1 / sqrt(2 * 3).
    np.testing.assert_allclose(hop[0, :3], [6**-0.5, 3**-0.5, 3**-0.5], rtol=1e-6)
    np.testing.assert_allclose(hop[1, 0], 2**-0.5, rtol=1e-6)
    assert net().hop(likes()[:, [0, 1, 2, 4, 3]]).shape == (2, 5)


def test_an_item_adds_what_its_people_are_and_what_these_like() -> None:
    # Person 0 knows the mean of (1, 0) and (0, 1), for item 2 says nothing; person 1 has (1, 0).
    np.testing.assert_allclose(net().means(likes()), [[0.5, 0.5], [1.0, 0.0]])
    one_hop = np.array([0.5, 0.5]) / 3**0.5
    np.testing.assert_allclose(net().neighbors[2], one_hop, rtol=1e-6)
    two_hops = (np.array([1, 0]) / 6**0.5 + np.array([0, 1]) / 3**0.5) / 3**0.5
    np.testing.assert_allclose(net().items[2], unit(*(one_hop + two_hops)), rtol=1e-5)


def test_an_item_that_nobody_likes_is_what_the_net_makes_of_it() -> None:
    np.testing.assert_allclose(net().items[3], unit(1, 1), rtol=1e-6)
    assert np.isnan(net().items[4]).all(), "nobody, and no vector"
    assert net().is_known.tolist() == [True, True, True, True, False]


def test_people_are_read_from_their_likes_alone() -> None:
    people = net().people(likes())
    hop = net().hop(likes()).toarray()
    first = np.array([0.5, 0.5]) + hop[0] @ (net().own + net().neighbors)
    np.testing.assert_allclose(people[0], unit(*first), rtol=1e-5)
    alone = net().people_of_one_item()
    np.testing.assert_allclose(alone[0], people[1], rtol=1e-5)


def test_an_untrained_net_knows_nothing() -> None:
    untrained = PropagationNet.untrained(FEATURES, likes(), 2)
    assert not untrained.is_known.any()
    assert not untrained.people(likes()).any()
