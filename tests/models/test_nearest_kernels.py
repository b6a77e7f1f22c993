import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lorewise.models.nearest_kernels import largest_of_rows


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.integers(-4, 4), min_size=6, max_size=6), min_size=1, max_size=5),
    st.integers(0, 8),
    st.integers(-1, 5),
)
def test_the_largest_of_each_row_come_first_and_ties_by_column(
    rows: list[list[int]], k: int, skipped: int
) -> None:
    block = np.array(rows, dtype=np.float32)
    columns, values = largest_of_rows(block, np.full(len(rows), skipped, dtype=np.int32), k)
    for row, found, best in zip(rows, columns, values, strict=True):
        order = sorted((-value, at) for at, value in enumerate(row) if at != skipped)[:k]
        missing = k - len(order)
        assert found.tolist() == [at for _, at in order] + [-1] * missing
        assert best.tolist() == [-value for value, _ in order] + [-np.inf] * missing
