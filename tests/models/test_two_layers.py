import numpy as np
import pytest
import torch

from lorewise.models.two_layers import initial_layers, of_unit_length, two_layers


def test_arrays_and_tensors_become_the_same() -> None:
    rng = np.random.default_rng(0)
    weights, x = initial_layers("net", 5, 3, rng), rng.standard_normal((7, 5)).astype(np.float32)
    tensors = {name: torch.from_numpy(weight) for name, weight in weights.items()}
    rows = of_unit_length(two_layers(x, weights, "net"))
    same = of_unit_length(two_layers(torch.from_numpy(x), tensors, "net"))
    np.testing.assert_allclose(rows, same.numpy(), atol=1e-6)
    assert rows.dtype == np.float32


def test_the_middle_layer_lets_little_through_below_zero() -> None:
    one, zero = np.ones((1, 1), np.float32), np.zeros(1, np.float32)
    weights = {"net.in": one, "net.in_bias": zero, "net.out": one, "net.out_bias": zero}
    out = two_layers(np.array([[2.0], [-2.0]], dtype=np.float32), weights, "net")
    np.testing.assert_allclose(out[:, 0], [2.0, -0.02])
    kept = two_layers(np.ones((1, 1), np.float32), weights, "net", forget=lambda x: 0 * x)
    assert kept[0, 0] == 0


def test_a_row_of_zeros_has_no_direction() -> None:
    rows = of_unit_length(np.array([[0, 0], [3, 4]], dtype=np.float32))
    np.testing.assert_allclose(rows, [[0.0, 0.0], [0.6, 0.8]], atol=1e-6)


def test_layers_begin_at_a_scale_that_keeps_the_size_of_what_goes_in() -> None:
    rng = np.random.default_rng(0)
    weights = initial_layers("net", 200, 50, rng)
    assert weights["net.in"].shape == (200, 200)
    out = two_layers(rng.standard_normal((500, 200)).astype(np.float32), weights, "net")
    assert out.std() == pytest.approx(1, rel=0.1)
