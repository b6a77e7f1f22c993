import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.queries import Queries
from lorewise.models.transformer_histories import Histories, batches_of_length, newest

LENGTHS = st.lists(st.integers(0, 9), min_size=1, max_size=12)


def histories(lengths: list[int]) -> Histories:
    """Return histories of these lengths, of items 1, 2, 3, ... end to end."""
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    return Histories(offsets, np.arange(1, offsets[-1] + 1, dtype=np.int32))


def queries(*walks: list[int]) -> Queries:
    return Queries.of([np.array(walk, dtype=np.int32) for walk in walks])


def test_items_without_a_name_are_left_out() -> None:
    names = np.array([5, -1, 7], dtype=np.int32)
    found = Histories.of(queries([0, 1, 2], [1], [], [2, 2]), names)
    assert found.offsets.tolist() == [0, 2, 2, 2, 4]
    assert found.items.tolist() == [5, 7, 7, 7]


def test_a_mask_keeps_whole_histories() -> None:
    found = histories([2, 0, 3]).only(np.array([False, True, True]))
    assert found.lengths.tolist() == [0, 3]
    assert found.items.tolist() == [3, 4, 5]


@given(LENGTHS, st.integers(1, 4), st.integers(0, 99))
def test_windows_are_short_pieces_that_cover_every_item_once(
    lengths: list[int], max_length: int, seed: int
) -> None:
    whole = histories(lengths)
    cut = whole.windows(max_length, np.random.default_rng(seed))
    assert cut.items.tolist() == whole.items.tolist()
    assert np.all((cut.lengths >= 1) & (cut.lengths <= max_length))
    assert set(whole.offsets.tolist()) <= set(cut.offsets.tolist()), "a piece spans two histories"


def test_cuts_fall_elsewhere_each_time() -> None:
    rng = np.random.default_rng(0)
    firsts = {int(histories([20]).windows(4, rng).offsets[1]) for _ in range(50)}
    assert firsts == {1, 2, 3, 4}


def test_padding_comes_after_the_end() -> None:
    items, is_real = histories([1, 3]).padded(np.array([1, 0]))
    assert items.tolist() == [[2, 3, 4], [1, 0, 0]]
    assert is_real.tolist() == [[True, True, True], [True, False, False]]


def test_histories_without_items_are_padded_to_nothing() -> None:
    items, is_real = histories([0, 0]).padded(np.array([0, 1]))
    assert items.shape == is_real.shape == (2, 0)


@given(LENGTHS, st.integers(1, 12), st.sampled_from([None, 0]))
def test_batches_cover_each_row_once_and_keep_to_their_size(
    lengths: list[int], max_cells: int, seed: int | None
) -> None:
    sizes = np.array(lengths)
    rng = None if seed is None else np.random.default_rng(seed)
    batches = list(batches_of_length(sizes, max_cells, rng=rng))
    assert sorted(np.concatenate(batches).tolist()) == list(range(len(lengths)))
    for rows in batches:
        assert len(rows) == 1 or len(rows) * sizes[rows].max() <= max_cells


def test_no_rows_are_no_batches() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    assert list(batches_of_length(nothing, 8)) == []
    assert list(batches_of_length(nothing, 8, rng=np.random.default_rng(0))) == []


def test_hardly_anything_is_padding() -> None:
    lengths = np.random.default_rng(0).geometric(0.1, 2_000)
    batches = batches_of_length(lengths, 1_000, rng=np.random.default_rng(0))
    cells = sum(len(rows) * lengths[rows].max() for rows in batches)
    assert cells < 1.1 * lengths.sum()  # batches by chance alone: some 5 times


@pytest.mark.parametrize(("n", "kept"), [(2, [1, 2, 5]), (9, [0, 1, 2, 5])])
def test_the_newest_events_are_the_last_of_each_query(n: int, kept: list[int]) -> None:
    found = newest(queries([0, 1, 2], [], [5]), n)
    assert found.item_numbers.tolist() == kept
    assert found.lengths.tolist() == [min(n, 3), 0, 1]
    assert len(found.weights) == len(found.ratings) == len(found.repeatable) == len(kept)
