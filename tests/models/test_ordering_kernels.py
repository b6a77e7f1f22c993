import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lorewise.models.ordering_kernels import nth_largest, sort_by, sort_rising

numbers = st.lists(st.integers(-5, 20), min_size=1, max_size=40)


@settings(max_examples=40)
@given(numbers, st.data())
def test_the_nth_largest_is_where_a_full_sort_has_it(
    values: list[int], data: st.DataObject
) -> None:
    n = data.draw(st.integers(1, len(values)))
    assert nth_largest(np.array(values, dtype=np.float32), n) == sorted(values, reverse=True)[n - 1]


@settings(max_examples=40)
@given(numbers)
def test_sorting_by_a_key_keeps_the_order_of_equals(keys: list[int]) -> None:
    sorted_keys, places = np.array(keys, dtype=np.float32), np.arange(len(keys), dtype=np.int32)
    sort_by(sorted_keys, places)
    assert places.tolist() == np.argsort(-np.array(keys), kind="stable").tolist()
    assert sorted_keys.tolist() == sorted(keys, reverse=True)


@settings(max_examples=40)
@given(st.lists(st.integers(-5, 20), max_size=40))
def test_numbers_rise_when_sorted(values: list[int]) -> None:
    array = np.array(values, dtype=np.int32)
    sort_rising(array)
    assert array.tolist() == sorted(values)
