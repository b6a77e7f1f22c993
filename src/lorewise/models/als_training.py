"""Alternating least squares: the factors of users and of items, solved in turn."""

from dataclasses import dataclass
from math import ceil
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import svds

from lorewise.data.primitives import Embeddings, Offsets, Scores
from lorewise.errors import SettingsError
from lorewise.models.als_reader import FactorReader
from lorewise.models.als_settings import AlsSettings
from lorewise.models.text_prior import vector_gram

Numbers = NDArray[np.int64]

DENSE_UP_TO = 512
"""Users or items up to which all singular vectors are made and the strongest kept."""

NO_DIRECTION = 1e-12
"""Share of the largest squared singular value below which one is rounding."""


ROUNDING = 1e-5
"""A pull of this share of the largest sum is safe in 32-bit numbers."""


@dataclass(frozen=True)
class Pull:
    """Where the rows of one side are drawn to, and how strongly."""

    strengths: Scores
    """Above 0; shape ``(n_rows,)``."""

    drawn: Embeddings
    """Strength times place, summed over all that draws; shape ``(n_rows, n_components)``."""

    @classmethod
    def to_zero(cls, strengths: Scores, n_components: int) -> Self:
        """Draw every row to 0."""
        return cls(strengths, np.zeros((len(strengths), n_components), dtype=np.float32))

    def and_to(self, place: Embeddings, strength: float) -> Self:
        """Draw every row to a row of ``place`` as well."""
        drawn = self.drawn + np.float32(strength) * place
        return type(self)(self.strengths + np.float32(strength), drawn)


@dataclass(frozen=True)
class Meetings:
    """Whom each row of one side met; row r owns ``offsets[r]:offsets[r + 1]``."""

    offsets: Offsets
    """Shape ``(n_rows + 1,)``."""

    others: NDArray[np.int32]
    """Rows of the other side; shape ``(n_events,)``."""

    sizes: Scores
    """Weight of each event; at least 0."""

    targets: Scores
    """The score that each asks for; at most 1."""

    @classmethod
    def likes(cls, rows: Numbers, others: Numbers, sizes: Scores, n_rows: int) -> Self:
        """Return events in any order, row by row, as likes."""
        order = np.argsort(rows, kind="stable")
        offsets = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=n_rows))])
        targets = np.ones(len(rows), dtype=np.float32)
        return cls(offsets.astype(np.int64), others[order].astype(np.int32), sizes[order], targets)

    @property
    def row_sizes(self) -> NDArray[np.float64]:
        """Sum of the weights of each row; shape ``(n_rows,)``."""
        n_rows = len(self.offsets) - 1
        rows = np.repeat(np.arange(n_rows), np.diff(self.offsets))
        sums = np.bincount(rows, weights=self.sizes, minlength=n_rows)
        return sums.astype(np.float64)

    def improved(
        self, factors: Embeddings, others: Embeddings, gram: Scores, pull: Pull, block_size: int
    ) -> Embeddings:
        """Return better factors of the rows, the other side held; see ``improve_rows``.

        Raises:
            SettingsError: The pull is lost in rounding.
        """
        from lorewise.models.als_kernels import improve_rows

        better = factors.copy()
        events = (self.offsets, self.others, self.sizes, self.targets)
        is_solved = improve_rows(
            better, others, gram, events, pull.strengths, pull.drawn, block_size
        )
        if not is_solved.all():
            raise _pull_too_small(float(pull.strengths.min()), float(gram.max()))
        return better

    def solved(self, others: Embeddings, gram: Scores, pull: Pull) -> Embeddings:
        """Return the best factors of the rows, the other side held."""
        nothing = np.zeros_like(pull.drawn)
        return self.improved(nothing, others, gram, pull, max(1, nothing.shape[1]))


@dataclass(frozen=True)
class Factors:
    """What users and items are, in directions of taste; a score is an inner product."""

    users: Embeddings
    """Shape ``(n_users, n_components)``."""

    items: Embeddings
    """Shape ``(n_items, n_components)``."""


@dataclass(frozen=True)
class AlsTraining:
    """The events of users and items, all of which have some, and what is to be minimized.

    ``sum_events size (1 - u q)^2 + unobserved_weight sum_pairs (u q)^2 + sum_users pull |u|^2
    + sum_items (pull |q|^2 + prior |q - W f|^2) + prior cold_ridge |W|^2``, f an item's vector.

    Source: Hu et al., ICDM 2008, with the regularization of Rendle et al., RecSys 2022; factors
    read off attributes as in Gantner et al., ICDM 2010, but fitted along with the others.
    """

    by_user: Meetings
    by_item: Meetings
    reader: FactorReader
    settings: AlsSettings

    @property
    def n_users(self) -> int:
        """Users with events."""
        return len(self.by_user.offsets) - 1

    @property
    def n_items(self) -> int:
        """Items with events."""
        return len(self.by_item.offsets) - 1

    def trained(self) -> Factors:
        """Return the factors after all epochs."""
        factors = self.start()
        for _ in range(self.settings.n_epochs):
            factors = self.epoch(factors)
        return factors

    def start(self) -> Factors:
        """Return the events' first right singular vectors, each times the root of its value.

        The users start at 0. No chance is in it, and one epoch from there does what several do
        from random factors.
        """
        events = sparse.csr_array(
            (self.by_user.sizes.astype(np.float64), self.by_user.others, self.by_user.offsets),
            shape=(self.n_users, self.n_items),
        )
        items = _strongest_directions(events, min(self.settings.n_components, *events.shape))
        users = np.zeros((self.n_users, items.shape[1]), dtype=np.float32)
        return Factors(users, np.ascontiguousarray(items, dtype=np.float32))

    def epoch(self, factors: Factors) -> Factors:
        """Return the factors after the users, then the items, were solved once more."""
        block_size, n_components = self.settings.block_size, factors.items.shape[1]
        gram = unobserved_gram(factors.items, self.settings)
        pull = Pull.to_zero(self.settings.pulls(self.by_user.row_sizes, self.n_items), n_components)
        users = self.by_user.improved(factors.users, factors.items, gram, pull, block_size)
        gram = unobserved_gram(users, self.settings)
        pull = Pull.to_zero(self.settings.pulls(self.by_item.row_sizes, self.n_users), n_components)
        if self.settings.prior:
            pull = pull.and_to(self.reader.expected(factors.items), self.settings.prior)
        items = self.by_item.improved(factors.items, users, gram, pull, block_size)
        return Factors(users, items)


def _pull_too_small(pull: float, largest: float) -> SettingsError:
    times = ceil(max(2, largest * ROUNDING / pull))
    return SettingsError(
        f"the pull of factors to 0 is {pull:g}, too little beside sums of up to {largest:g} in "
        f"32-bit numbers; make regularization {times} times as large"
    )


def unobserved_gram(factors: Embeddings, settings: AlsSettings) -> Scores:
    """Return the factors' Gram matrix times the weight of what did not happen."""
    return np.asarray(settings.unobserved_weight * vector_gram(factors), dtype=np.float32)


def _strongest_directions(rows: Any, n_wanted: int) -> NDArray[np.float64]:  # noqa: ANN401  scipy ships no types
    """Return the right singular vectors of the largest values, each times the root of its value.

    Found to full precision: another numbering of the rows and columns gives the same. Shape
    ``(n_columns, n_wanted)``.
    """
    n_rows, n_columns = rows.shape
    if min(n_rows, n_columns) > max(DENSE_UP_TO, n_wanted):
        start = np.ones(min(n_rows, n_columns))
        _, values, right = svds(rows, k=n_wanted, v0=start, return_singular_vectors="vh")
        return np.asarray(right.T * np.sqrt(values))
    gram = rows.T @ rows if n_columns <= n_rows else rows @ rows.T
    squares, vectors = np.linalg.eigh(gram.toarray())
    roots = np.maximum(squares, NO_DIRECTION * squares.max(initial=0)) ** 0.25
    directions = vectors * roots if n_columns <= n_rows else rows.T @ (vectors / roots)
    return np.asarray(directions[:, len(squares) - n_wanted :])
