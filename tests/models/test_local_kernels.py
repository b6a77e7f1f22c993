import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from lorewise.models.local_kernels import (
    add_strongest,
    choose_regressors,
    dot,
    explained,
    fill_right_side,
    gather,
)

# strongest first: 3, 1, 2 with a tie of 5 and 6 behind
COLUMNS = np.array([1, 2, 3, 5, 6], dtype=np.int32)
KEYS = np.array([8, 7, 9, 2, 2], dtype=np.float32)


def strongest(limit: int, before: tuple[int, ...] = ()) -> set[int]:
    chosen, marks = np.zeros(10, dtype=np.int32), np.full(10, -1, dtype=np.int32)
    chosen[: len(before)] = before
    marks[list(before)] = 0
    count = add_strongest(chosen, len(before), COLUMNS, KEYS, limit, marks)
    assert set(np.flatnonzero(marks == 0)) == set(chosen[:count])
    assert len(set(chosen[:count])) == count
    return set(chosen[:count].tolist())


def test_the_strongest_are_taken_and_ties_go_to_the_earlier_column() -> None:
    assert strongest(0) == set()
    assert strongest(2) == {1, 3}
    assert strongest(4) == {1, 2, 3, 5}
    assert strongest(5) == strongest(9) == {1, 2, 3, 5, 6}


def test_what_is_chosen_already_is_not_chosen_again() -> None:
    assert strongest(2, before=(3, 7)) == {1, 3, 7}


@settings(max_examples=40)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=20), st.integers(0, 20))
def test_as_many_are_taken_as_allowed_and_none_stronger_is_left(
    values: list[int], limit: int
) -> None:
    keys, columns = np.array(values, dtype=np.float32), np.arange(len(values), dtype=np.int32)
    chosen, marks = np.zeros(20, dtype=np.int32), np.full(20, -1, dtype=np.int32)
    count = add_strongest(chosen, 0, columns, keys, limit, marks)
    order = np.argsort(-keys, kind="stable")[:limit]
    assert sorted(chosen[:count]) == sorted(order)


def test_a_frequent_source_explains_less_per_meeting() -> None:
    keys = explained(
        np.array([0, 1], dtype=np.int32),
        np.array([6, 6], dtype=np.float32),
        np.array([2, 7], dtype=np.float32),
        2.0,
    )
    assert keys.tolist() == [3, 2]  # 6 / sqrt(2 + 2), 6 / sqrt(7 + 2)


GRAM = np.array([[9, 1, 0, 4], [1, 5, 2, 0], [0, 2, 7, 3], [4, 0, 3, 8]], dtype=np.float32)
FOLLOWED = np.array([[0, 0, 0, 0], [6, 0, 0, 5], [0, 0, 0, 0], [0, 1, 0, 0]], dtype=np.float32)
NOBODY = np.array([-1, -1], dtype=np.int32)


def csr(dense: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = sparse.csr_array(dense)
    return rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data


def regressors(
    item: int,
    limits: tuple[int, int, int],
    neighbors: np.ndarray = NOBODY,
    *,
    exclude_self: bool = False,
) -> list[int]:
    chosen, marks = np.zeros(9, dtype=np.int32), np.full(4, -1, dtype=np.int32)
    count = choose_regressors(
        item, csr(GRAM), csr(FOLLOWED), neighbors, np.diagonal(GRAM).copy(), 1.0, limits,
        exclude_self, marks, chosen,
    )  # fmt: skip
    places = np.full(4, -1)
    places[chosen[:count]] = np.arange(count)
    assert marks.tolist() == places.tolist()
    return [int(item) for item in chosen[:count]]


def test_regressors_come_from_three_sources_and_rise() -> None:
    # item 1 follows 0 and 3: 6 / sqrt(10) beats 5 / sqrt(9); it is near itself, then 2, then 0
    assert regressors(1, (1, 0, 1)) == [0]
    assert regressors(1, (2, 0, 1)) == [0, 3]
    assert regressors(1, (1, 2, 1)) == [0, 1, 2]
    assert regressors(1, (1, 0, 1), np.array([2, -1], dtype=np.int32)) == [0, 2]
    assert regressors(2, (5, 0, 1)) == []


def test_an_item_is_left_out_of_its_own_regressors_where_it_must_be() -> None:
    assert regressors(1, (2, 4, 1)) == [0, 1, 2, 3]
    assert regressors(1, (2, 4, 1), exclude_self=True) == [0, 2, 3]
    assert regressors(2, (0, 0, 1), exclude_self=True) == []


def test_the_regressors_own_gram_matrix_is_gathered() -> None:
    chosen, marks = np.array([0, 2, 3], dtype=np.int32), np.array([0, -1, 1, 2], dtype=np.int32)
    matrix = np.full((4, 5), -1, dtype=np.float32)
    gather(matrix, csr(GRAM), chosen, marks)
    expected = GRAM[np.ix_(chosen, chosen)]
    np.testing.assert_array_equal(np.triu(matrix[:3, :3]), np.triu(expected))


def test_the_right_side_is_what_was_counted_and_what_the_text_says() -> None:
    vectors = np.array([[1, 0], [0.5, 1], [1, 1], [2, 0]], dtype=np.float32)
    matrix = np.full((4, 5), -1, dtype=np.float32)
    chosen, marks = np.array([0, 1, 3], dtype=np.int32), np.array([0, 1, -1, 2], dtype=np.int32)
    fill_right_side(matrix, 1, csr(FOLLOWED), vectors, np.float32(10), chosen, marks)
    # item 1 follows 0 (6) and 3 (5); its products with them are .5 and 1, times 10; the text says
    # nothing of the item itself
    assert matrix[:3, 3].tolist() == [6 + 5, 0, 5 + 10]
    fill_right_side(matrix, 3, csr(FOLLOWED), vectors, np.float32(10), chosen, marks)
    # item 3 follows 1 (1); its products with 0 and 1 are 2 and 1
    assert matrix[:3, 3].tolist() == [20, 1 + 10, 0]


def test_the_inner_product() -> None:
    assert dot(np.array([1, 2], dtype=np.float32), np.array([3, 4], dtype=np.float32)) == 11
