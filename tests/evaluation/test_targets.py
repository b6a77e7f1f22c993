import numpy as np

from lorewise.evaluation.targets import Targets


def test_pairs_are_grouped_by_query_and_a_repeat_keeps_its_first_mark() -> None:
    targets = Targets.of(
        [2, 0, 2, 2], [9, 4, 9, 1], n_queries=4, untied=[True, False, False, False]
    )

    assert targets.offsets.tolist() == [0, 1, 1, 3, 3]
    assert targets.item_numbers.tolist() == [4, 1, 9]
    assert targets.query_numbers.tolist() == [0, 2, 2]
    assert targets.untied is not None
    assert targets.untied.tolist() == [False, False, True]


def test_no_pairs_give_queries_without_targets() -> None:
    targets = Targets.of([], [], n_queries=2)

    assert targets.lengths.tolist() == [0, 0]
    assert targets.item_numbers.dtype == np.int32


def test_parts_join_to_the_whole_again() -> None:
    whole = Targets.of([0, 0, 1, 3], [5, 6, 7, 8], n_queries=4, untied=[True, False, True, True])

    again = Targets.joined([whole.part(0, 1), whole.part(1, 3), whole.part(3, 9)])

    assert again.offsets.tolist() == whole.offsets.tolist()
    assert again.item_numbers.tolist() == whole.item_numbers.tolist()
    assert again.untied is not None
    assert again.untied.tolist() == [True, False, True, True]


def test_marks_that_one_part_lacks_are_lost_for_all() -> None:
    marked = Targets.of([0], [1], n_queries=1, untied=[True])
    unmarked = Targets.of([0], [1], n_queries=1)

    assert Targets.joined([marked, unmarked]).untied is None
