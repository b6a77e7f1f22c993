import numpy as np
from hypothesis import given, settings
from scipy import sparse

from lorewise.data.queries import Queries
from lorewise.models.scoring_kernels import add_dense, add_sparse
from lorewise.testing.strategies import query_batches


@settings(max_examples=40)
@given(query_batches(6))
def test_both_add_the_history_times_the_matrix(queries: Queries) -> None:
    rng = np.random.default_rng(0)
    matrix = np.where(rng.random((6, 6)) < 0.5, rng.normal(size=(6, 6)), 0).astype(np.float32)
    rows = sparse.csr_array(matrix)
    histories = np.zeros((len(queries), 6), dtype=np.float32)
    np.add.at(histories, (queries.query_numbers, queries.item_numbers), queries.weights)
    layout = (queries.offsets, queries.item_numbers, queries.weights)
    dense = np.ones((len(queries), 6), dtype=np.float32)
    few = dense.copy()
    add_dense(dense, *layout, matrix)
    add_sparse(few, *layout, (rows.indptr.astype(np.int64), rows.indices, rows.data))
    np.testing.assert_allclose(dense, 1 + histories @ matrix, atol=1e-4)
    np.testing.assert_allclose(few, dense, atol=1e-4)
