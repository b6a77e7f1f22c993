import numpy as np
import pytest

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.models import nearest as module
from lorewise.models.nearest import exact_nearest, nearest


def drawn(n_items: int = 30) -> Embeddings:
    rng = np.random.default_rng(1)
    return unit_rows(rng.normal(size=(n_items, 5)).astype(np.float32))


def by_sorting(vectors: Embeddings, k: int) -> np.ndarray:
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -np.inf)
    return np.argsort(-similar, axis=1)[:, :k]


def test_the_nearest_are_those_of_a_full_sort() -> None:
    vectors, everything = drawn(), np.arange(30, dtype=np.int32)
    np.testing.assert_array_equal(nearest(vectors, everything, 6), by_sorting(vectors, 6))


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, wanted = drawn(), np.array([7, 3, 29, 0, 11], dtype=np.int32)
    monkeypatch.setattr(module, "FLOATS_PER_BLOCK", 60)
    found = exact_nearest(vectors, wanted, 4)
    np.testing.assert_array_equal(found, by_sorting(vectors, 4)[wanted])


def test_a_small_catalog_is_filled_up() -> None:
    found = nearest(drawn(3), np.array([1], dtype=np.int32), 4)
    assert set(found[0, :2]) == {0, 2}
    assert found[0, 2:].tolist() == [-1, -1]


@pytest.mark.parametrize(("dim", "k"), [(0, 3), (5, 0)])
def test_without_vectors_or_places_nothing_is_near(dim: int, k: int) -> None:
    vectors = np.zeros((4, dim), dtype=np.float32)
    assert nearest(vectors, np.array([0, 1], dtype=np.int32), k).tolist() == [[-1] * k] * 2


def test_an_empty_catalog_is_no_error() -> None:
    nothing = np.zeros((0, 3), dtype=np.float32)
    assert nearest(nothing, np.zeros(0, dtype=np.int32), 2).shape == (0, 2)
