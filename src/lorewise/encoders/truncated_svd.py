"""The strongest directions of a large sparse matrix."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Matrix = NDArray[np.float32]

_N_EXTRA = 16
_N_ROUNDS = 2


def strongest_directions(rows: "csr_matrix[Any]", n_dims: int, rng: np.random.Generator) -> Matrix:
    """Return the right singular vectors of the largest singular values, strongest first.

    Shape ``(n_columns, min(n_dims, rank))``, columns of length 1. The largest entry of each is
    positive, so that the result does not depend on the sign the solver happened to find.

    Source: Halko, Martinsson and Tropp, SIAM Review 2011, algorithm 4.4 (subspace iteration);
    orthogonalized on the side of the rows only, which are fewer than the terms.
    """
    n_wanted = min(n_dims, *rows.shape)
    if n_wanted == 0 or rows.nnz == 0:
        return np.zeros((rows.shape[1], 0), dtype=np.float32)
    n_tried = min(n_wanted + _N_EXTRA, *rows.shape)
    flipped = rows.T.tocsr()
    basis = rows @ rng.standard_normal((rows.shape[1], n_tried), dtype=np.float32)
    for _ in range(_N_ROUNDS):
        basis = rows @ (flipped @ _orthogonal(basis)[0])
    directions, strengths = _orthogonal(flipped @ _orthogonal(basis)[0])
    return _signed(directions[:, strengths.argsort()[::-1][:n_wanted]])


def _orthogonal(matrix: Matrix) -> tuple[Matrix, NDArray[np.float64]]:
    """Return the left singular vectors, and the squares of their singular values.

    By the small matrix of inner products, which is ten times faster than a QR decomposition of a
    tall matrix; directions too weak for single precision are left out.
    """
    values, vectors = np.linalg.eigh((matrix.T @ matrix).astype(np.float64))
    strong = values > values.max() * 1e-6
    scale = vectors[:, strong] / np.sqrt(values[strong])
    return matrix @ scale.astype(np.float32), values[strong]


def _signed(directions: Matrix) -> Matrix:
    peaks_up = directions.max(axis=0) >= -directions.min(axis=0)
    return np.asarray(directions * np.where(peaks_up, 1, -1), dtype=np.float32)
