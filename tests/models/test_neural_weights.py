import numpy as np
import pytest
import torch

from lorewise.models.neural_weights import Dropout, as_arrays, as_tensors


def test_dropout_forgets_its_share_and_keeps_the_mean() -> None:
    x = torch.ones(20_000)
    dropped = Dropout(0.2, torch.Generator().manual_seed(0))(x).numpy()
    assert np.mean(dropped == 0) == pytest.approx(0.2, abs=0.01)
    assert dropped.mean() == pytest.approx(1, abs=0.02)
    assert Dropout(0, torch.Generator())(x) is x


def test_arrays_are_copies_both_ways() -> None:
    array = np.ones(2, dtype=np.float32)
    array.flags.writeable = False
    tensors = as_tensors({"a": array})
    tensors["a"] += 1
    back = as_arrays(tensors)
    tensors["a"] += 1
    assert (array.tolist(), back["a"].tolist()) == ([1, 1], [2, 2])
