import numpy as np

from lorewise.models.sparse_rows import sparse_rows
from lorewise.models.towers import Towers
from lorewise.models.two_layers import initial_layers

DIM = 4
FEATURES = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], dtype=np.float32)
WARM = np.array([1, 0], dtype=np.int32)


def towers() -> Towers:
    rng = np.random.default_rng(0)
    weights = {"ids": rng.standard_normal((2, DIM)).astype(np.float32)}
    for name in ("item", "user"):
        weights |= initial_layers(name, DIM + 2, DIM, rng)
    return Towers.untrained(FEATURES, DIM).trained(weights, WARM)


def test_an_item_is_known_by_its_id_or_by_its_features() -> None:
    assert towers().is_known.tolist() == [True, True, True, False]
    rows = towers().items()
    assert np.isnan(rows[3]).all()
    np.testing.assert_allclose(np.linalg.norm(rows[:3], axis=1), 1, rtol=1e-5)
    assert not towers().inputs[2, :DIM].any(), "no event, no id"


def test_who_likes_one_item_is_read_as_that_item_is() -> None:
    ones = np.ones(3, dtype=np.float32)
    alone = sparse_rows(ones, np.arange(3, dtype=np.int32), np.arange(4), 4)
    np.testing.assert_allclose(towers().people(alone), towers().people_of_one_item()[:3], rtol=1e-5)


def test_untrained_towers_know_nothing() -> None:
    untrained = Towers.untrained(FEATURES, DIM)
    assert np.isnan(untrained.items()).all()
    assert not untrained.people_of_one_item().any()
