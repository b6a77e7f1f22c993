import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lorewise.models.selection_kernels import strongest


@given(st.lists(st.integers(0, 4), max_size=20), st.integers(1, 6))
def test_the_strongest_come_first_and_of_equals_the_lowest_number(
    strengths: list[int], k: int
) -> None:
    numbers = np.random.default_rng(len(strengths)).permutation(len(strengths)).astype(np.int32)
    found = strongest(numbers, np.array(strengths, dtype=np.float64), k)
    expected = sorted(range(len(strengths)), key=lambda at: (-strengths[at], numbers[at]))
    assert found.tolist() == expected[:k]
