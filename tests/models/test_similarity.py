import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lorewise.models.similarity import Bm25, Measure, Similarity, SimilarityIndex
from lorewise.models.sparse_rows import SparseRows, sparse_rows


def rows_of(table: NDArray[np.float32]) -> SparseRows:
    """Return the cells of a table that are not NaN."""
    is_stored = ~np.isnan(table)
    offsets = np.concatenate([[0], np.cumsum(is_stored.sum(axis=1))])
    columns = np.nonzero(is_stored)[1].astype(np.int32)
    return sparse_rows(table[is_stored], columns, offsets, table.shape[1])


def similarities(
    table: NDArray[np.float32], name: Similarity, **settings: float
) -> NDArray[np.float32]:
    """Return all similarities of the table's rows, 0 where there is none."""
    index = SimilarityIndex.of(rows_of(table), Measure(name=name, **settings))
    dense: NDArray[np.float32] = (
        index.nearest(rows_of(table), len(table)).as_rows(len(table)).toarray()
    )
    return dense


NAN = np.nan
TABLE = np.array(
    [[5, 3, NAN, 1], [4, NAN, NAN, 1], [1, 1, NAN, 5], [NAN, 1, 5, 4], [4, 2, 1, NAN]],
    dtype=np.float32,
)


def test_cosine_is_that_of_the_whole_rows() -> None:
    dense = np.nan_to_num(TABLE)
    unit = dense / np.linalg.norm(dense, axis=1, keepdims=True)
    np.testing.assert_allclose(similarities(TABLE, "cosine"), unit @ unit.T, rtol=1e-6)


def test_pearson_is_the_correlation_over_shared_columns() -> None:
    found = similarities(TABLE, "pearson")
    for one in range(len(TABLE)):
        for other in range(len(TABLE)):
            both = ~np.isnan(TABLE[one]) & ~np.isnan(TABLE[other])
            pair = TABLE[one, both], TABLE[other, both]
            has_spread = both.sum() >= 2 and all(np.ptp(row) > 0 for row in pair)
            expected = np.corrcoef(*pair)[0, 1] if has_spread else 0.0
            assert found[one, other] == pytest.approx(max(expected, 0), abs=1e-6)


def test_adjusted_cosine_has_lengths_over_shared_columns() -> None:
    # rows (1, -1) and (2, ., 3) share column 0 alone: 1 * 2 / (1 * 2)
    table = np.array([[1, -1, NAN], [2, NAN, 3]], dtype=np.float32)
    assert similarities(table, "adjusted_cosine")[0, 1] == pytest.approx(1)


def test_sets_are_compared_by_what_is_above_zero() -> None:
    table = np.array([[1, 3, 1, -1], [NAN, 1, 1, 2]], dtype=np.float32)
    # {0, 1, 2} and {1, 2, 3}: 2 / 4, 2 * 2 / 6, 2 / (2 + .5 + .25 * 1)
    assert similarities(table, "jaccard")[0, 1] == pytest.approx(0.5)
    assert similarities(table, "dice")[0, 1] == pytest.approx(2 / 3)
    tversky = similarities(table, "tversky", tversky_own=0.5, tversky_other=0.25)
    assert tversky[0, 1] == pytest.approx(2 / 2.75)


def test_shrinkage_joins_the_denominator() -> None:
    table = np.array([[3, 4], [4, 3]], dtype=np.float32)
    # the product is 24, the lengths are 5: 24 / (5 * 5 + 5)
    assert similarities(table, "cosine", shrinkage=5)[0, 1] == pytest.approx(0.8)


def test_bm25_saturates_and_prefers_rare_columns() -> None:
    table = np.array([[1, NAN], [9, NAN], [1, 1], [NAN, NAN]], dtype=np.float32)
    weights = Bm25.of(rows_of(table))
    # column 0 in 3 of 4 rows: ln(1 + 1.5 / 3.5); column 1 in one: ln(1 + 3.5 / 1.5)
    assert weights.rarities.tolist() == pytest.approx([0.35667, 1.20397], abs=1e-5)
    # mean length 12 / 4 = 3; row 0 of length 1: slack 1.2 (.25 + .75 / 3) = .6; 2.2 / 1.6 * .35667
    # row 1 of length 9: slack 1.2 (.25 + .75 * 3) = 3; 9 * 2.2 / 12 * .35667
    weighed = weights.weigh(rows_of(table)).toarray()
    assert weighed[:2, 0].tolist() == pytest.approx([0.49042, 0.58851], abs=1e-5)


def test_an_own_row_is_not_its_neighbor_and_lists_end_in_padding() -> None:
    table = np.array([[1, NAN], [1, NAN], [NAN, 1]], dtype=np.float32)
    index = SimilarityIndex.of(rows_of(table), Measure(name="cosine"))
    found = index.nearest_to_own(np.arange(3, dtype=np.int32), 2)
    assert found.numbers.tolist() == [[1, -1], [0, -1], [-1, -1]]
    np.testing.assert_array_equal(found.similarities, [[1, NAN], [1, NAN], [NAN, NAN]])


def test_a_named_row_is_left_out() -> None:
    index = SimilarityIndex.of(rows_of(TABLE), Measure(name="cosine"))
    without = index.nearest(rows_of(TABLE[:1]), 5, left_out=np.array([1], dtype=np.int32))
    assert 1 not in without.numbers
    assert 0 in without.numbers


@given(st.integers(0, 10**6), st.integers(1, 4))
def test_fewer_neighbors_are_the_first_of_more(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 4, (6, 5)).astype(np.float32)
    table[rng.random(table.shape) < 0.4] = NAN
    for name in ("cosine", "bm25", "jaccard", "pearson", "adjusted_cosine"):
        index = SimilarityIndex.of(rows_of(table), Measure(name=name))
        few, many = index.nearest(rows_of(table), k), index.nearest(rows_of(table), 6)
        np.testing.assert_array_equal(few.numbers, many.numbers[:, :k])
        shown = np.nan_to_num(many.similarities)
        assert (np.diff(shown, axis=1) <= 0).all()
        assert (shown <= 1 + 1e-6).all()
