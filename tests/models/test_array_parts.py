import numpy as np

from lorewise.models.array_parts import part_of


def test_a_part_is_what_lies_under_a_name() -> None:
    arrays = {"now.a": np.zeros(1), "nowhere.a": np.ones(1), "now.b.c": np.ones(2)}
    assert list(part_of(arrays, "now")) == ["a", "b.c"]
