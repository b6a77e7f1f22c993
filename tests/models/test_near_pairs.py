import numpy as np
import pytest

from lorewise.models import near_pairs
from lorewise.models.item_matrix import DenseItemMatrix
from lorewise.models.near_pairs import NearPairs, with_self

# items 0 and 1 are alike, 2 and 3 are bare; 3 is cold
VECTORS = np.array([[1, 0], [0.6, 0.8], [0, 0], [0, 0]], dtype=np.float32)
MATRIX = DenseItemMatrix(
    np.array([[9, 4, 1, 7], [2, 9, 0, 7], [1, 4, 9, 7], [0, 0, 0, 0]], dtype=np.float32)
)
IS_COLD = np.array([False, False, False, True])
ALL = np.arange(4, dtype=np.int32)
BY_TEXT = np.array([[1, -1], [0, -1], [-1, -1], [-1, -1]], dtype=np.int32)


def near() -> np.ndarray:
    return with_self(ALL, BY_TEXT, MATRIX, VECTORS)


def test_the_item_comes_first_then_its_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_pairs, "N_NEAR", 2)
    # an item without a vector leads to 3 (7) and 1 (4); one that leads nowhere, to any
    assert near()[:3].tolist() == [[0, 1, -1], [1, 0, -1], [2, 3, 1]]
    assert near()[3, 0] == 3


def test_pairs_know_similarity_and_what_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_pairs, "N_NEAR", 2)
    monkeypatch.setattr(near_pairs, "ROWS_AT_ONCE", 3)
    pairs = NearPairs.of(ALL, near(), MATRIX, VECTORS, IS_COLD)
    # nothing is given to the cold item 3; 4 is the most that the bare item 2 gives another
    assert pairs.given[:3].tolist() == [[9, 4, 0], [9, 2, 0], [9, 0, 4]]
    np.testing.assert_allclose(pairs.similarities[0, :2], [1, 0.6])
    np.testing.assert_allclose(pairs.similarities[2], [1, 0, 1])
    np.testing.assert_allclose(pairs.similarities[3], [1, 0, 0])
    losses = pairs.dislikes(pairs.scale(MATRIX, 0.5)).losses
    # the scale is half of the most that is given to a near one, 4
    np.testing.assert_allclose(losses[0], [9 + 2, 4 + 2 * 0.6, 0])


@pytest.mark.parametrize(("largest", "scale"), [(8.0, 4.0), (-1.0, 0.5)])
def test_where_nothing_is_given_to_the_near_the_scale_is_that_of_the_matrix(
    largest: float, scale: float
) -> None:
    matrix = DenseItemMatrix(np.full((2, 2), -1, dtype=np.float32))
    matrix.values[0, 0] = largest
    sources = np.array([0, 1], dtype=np.int32)
    pairs = NearPairs.of(
        sources, np.array([[0, 1], [1, 0]], dtype=np.int32), matrix, VECTORS, IS_COLD
    )
    assert pairs.scale(matrix, 0.5) == scale
