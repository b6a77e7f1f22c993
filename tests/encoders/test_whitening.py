"""Vectors with evened-out directions."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.encoders.whitening import Whitening, whitened
from lorewise.errors import SettingsError


def narrow_vectors() -> Embeddings:
    spread = np.array([5, 2, 1, 0.1])
    vectors = np.random.default_rng(0).standard_normal((200, 4)) * spread + 10
    return unit_rows(vectors.astype(np.float32))


def test_without_power_cosines_are_those_of_the_centered_vectors() -> None:
    vectors = narrow_vectors()
    expected = unit_rows(vectors - vectors.mean(axis=0))
    found = whitened(vectors, 0, 4)
    assert_allclose(found @ found.T, expected @ expected.T, atol=1e-3)


def test_full_power_gives_every_direction_the_same_variance() -> None:
    vectors = narrow_vectors()
    fitted = Whitening.fit(vectors, 0.5, 3)
    turned = (vectors - fitted.center) @ fitted.axes
    assert_allclose(np.cov(turned.T, bias=True), np.eye(3), atol=1e-2)


def test_unknown_items_stay_zeros_and_move_nothing() -> None:
    vectors = narrow_vectors()
    with_unknown = np.concatenate([vectors, np.zeros((50, 4), dtype=np.float32)])
    found = whitened(with_unknown, 0.25, 3)
    assert_allclose(found[:200], whitened(vectors, 0.25, 3), atol=1e-6)
    assert not found[200:].any()


def test_new_vectors_land_in_the_same_space() -> None:
    vectors = narrow_vectors()
    fitted = Whitening.fit(vectors, 0.25, 3)
    again = Whitening.from_arrays(fitted.to_arrays())
    assert_allclose(again.apply(vectors[5:6])[0], fitted.apply(vectors)[5], atol=1e-6)


def test_directions_without_variance_are_left_out() -> None:
    flat = np.concatenate([narrow_vectors(), np.zeros((200, 2), dtype=np.float32)], axis=1)
    assert whitened(flat, 0.5, 6).shape == (200, 4)


@pytest.mark.parametrize("power", [-0.1, 0.6])
def test_a_power_out_of_range_is_refused(power: float) -> None:
    with pytest.raises(SettingsError, match=str(power)):
        whitened(narrow_vectors(), power, 2)


def test_nothing_stays_nothing() -> None:
    assert whitened(np.zeros((3, 4), dtype=np.float32), 0.5, 2).shape == (3, 0)
