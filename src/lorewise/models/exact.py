"""The reference solvers: one n x n system for all items at once.

They work in place. The transposes are views in the order that LAPACK wants, so nothing is copied.
"""

import numpy as np
from scipy import linalg

from lorewise.data.primitives import Scores
from lorewise.models.linear_settings import ridge_too_small
from lorewise.models.text_prior import TextPrior

ROWS_AT_ONCE = 1_024


def add_prior(rows: Scores, prior: TextPrior, weight: float) -> None:
    """Add ``weight`` times the transpose of C to ``rows``, in place and in blocks."""
    if weight == 0 or prior.is_empty:
        return
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = slice(start, min(start + ROWS_AT_ONCE, len(rows)))
        text = prior.whitened[part] @ prior.whitened.T
        text *= (weight * prior.scales[part])[:, None]
        text[np.arange(len(text)), np.arange(part.start, part.stop)] = 0
        rows[part] += text


def next_item_matrix(
    gram: Scores, predecessors: Scores, prior: TextPrior, *, ridge: float, weight: float
) -> Scores:
    """Return ``inv(S'S + (ridge + weight) I) (S'T + weight C)``; both matrices are used up.

    Holds two n x n matrices. Shape ``(n_items, n_items)``, rows are sources.

    Args:
        gram: S'S.
        predecessors: T'S.
        prior: C.
        ridge: Pull to 0.
        weight: Pull to C.

    Raises:
        SettingsError: The ridge is lost in rounding beside the data.

    Source:
        TALE (Park et al., WSDM 2025) without the prior.
    """
    add_prior(predecessors, prior, weight)
    factor = _cholesky(gram, ridge=ridge, weight=weight)
    right_side = predecessors.T
    solved = linalg.cho_solve((factor, True), right_side, overwrite_b=True, check_finite=False)
    matrix: Scores = solved.T
    transpose_in_place(matrix)
    return matrix


def ease_matrix(gram: Scores, prior: TextPrior, *, ridge: float, weight: float) -> Scores:
    """Return argmin |X - XB|^2 + ridge |B|^2 + weight |B - C|^2 with a zero diagonal.

    With P = inv(X'X + (ridge + weight) I) and Q = P C it is weight Q - P diag((1 + weight
    diag Q) / diag P) off the diagonal. ``gram`` is used up; holds one n x n matrix.

    Raises:
        SettingsError: The ridge is lost in rounding beside the data.

    Source: EASE (Steck, WWW 2019); with the prior L3AE (Moon et al., CIKM 2025).
    """
    inverse = _inverse(_cholesky(gram, ridge=ridge, weight=weight))
    diagonal = np.diagonal(inverse).copy()
    if weight == 0 or prior.is_empty:
        inverse *= -1 / diagonal
    else:
        # C = W W' scales without its diagonal, so P C costs n^2 dim, not n^3.
        own = np.einsum("ij,ij->i", prior.whitened, prior.whitened) * prior.scales
        left = inverse @ prior.whitened
        pulled = np.einsum("ij,ij->i", left, prior.whitened) * prior.scales - diagonal * own
        inverse *= -(weight * own + (1 + weight * pulled) / diagonal)
        right = prior.whitened * (weight * prior.scales)[:, None]
        for start in range(0, len(inverse), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            inverse[part] += left[part] @ right.T
    np.fill_diagonal(inverse, 0)
    return inverse


def transpose_in_place(matrix: Scores) -> None:
    """Swap the two triangles of a square matrix, block by block."""
    for start in range(0, len(matrix), ROWS_AT_ONCE):
        part, later = slice(start, start + ROWS_AT_ONCE), slice(start + ROWS_AT_ONCE, None)
        matrix[part, part] = matrix[part, part].T.copy()
        above = matrix[part, later].copy()
        matrix[part, later] = matrix[later, part].T
        matrix[later, part] = above.T


def _cholesky(gram: Scores, *, ridge: float, weight: float) -> Scores:
    """Return the factor of ``gram + (ridge + weight) I`` in its place, lower in LAPACK's order."""
    largest = float(np.diagonal(gram).max(initial=0))
    gram[np.diag_indices(len(gram))] += ridge + weight
    try:
        factor: Scores = linalg.cho_factor(
            gram.T, lower=True, overwrite_a=True, check_finite=False
        )[0]
    except linalg.LinAlgError as error:
        raise ridge_too_small(ridge, largest) from error
    return factor


def _inverse(factor: Scores) -> Scores:
    """Return the inverse of the matrix with this Cholesky factor, in its place."""
    inverse: Scores = linalg.lapack.spotri(factor, lower=True, overwrite_c=True)[0]
    for start in range(0, len(inverse), ROWS_AT_ONCE):
        part, later = slice(start, start + ROWS_AT_ONCE), slice(start + ROWS_AT_ONCE, None)
        # The lower triangle holds the answer; mirror it block by block.
        square = np.tril(inverse[part, part])
        inverse[part, part] = square + np.tril(square, -1).T
        inverse[part, later] = inverse[later, part].T
    return inverse.T
