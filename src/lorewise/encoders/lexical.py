"""Vectors of the very words: TF-IDF of terms and exact tags, reduced to its main directions."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from lorewise.data.item_features import unit_rows
from lorewise.data.primitives import Embeddings
from lorewise.encoders.terms import is_pair, words_and_pairs
from lorewise.encoders.text_arrays import lines_of, text_array
from lorewise.encoders.truncated_svd import strongest_directions
from lorewise.stages import Arrays

Terms = Sequence[str]


@dataclass(frozen=True, kw_only=True)
class LexicalSettings:
    """How texts become lexical vectors."""

    n_dims: int = 384
    """Length of a vector, fewer where the catalog holds fewer items or terms; at least 1."""

    max_terms: int = 30_000
    """Terms kept, those in most items first; at least 1. The saved encoder takes two bytes for
    each of them and dimension."""

    min_items_per_pair: int = 2
    """Items that must share a pair of words or a tag for it to count; at least 1. Single words
    always count: a query may ask for a title's one rare word."""


@dataclass(frozen=True)
class LexicalEncoder:
    """Places any text among the items by the terms they share."""

    terms: tuple[str, ...]
    """The vocabulary, sorted."""

    term_weights: NDArray[np.float32]
    """How telling a term is: 1 + ln((1 + n_items) / (1 + items with it)); shape ``(n_terms,)``."""

    directions: NDArray[np.float16]
    """Shape ``(n_terms, dim)``; half precision, which moves no cosine by more than .001."""

    @classmethod
    def fit(
        cls,
        texts: Sequence[str],
        tags: Sequence[Terms] | None = None,
        *,
        settings: LexicalSettings | None = None,
        rng: np.random.Generator,
    ) -> Self:
        """Learn which terms there are, how telling they are, and how they go together.

        ``tags`` are terms taken as they are, one list per text (see ``terms.tag_term``).
        """
        wanted = settings or LexicalSettings()
        vocabulary: dict[str, int] = {}
        counts = _counted(_documents(texts, tags), vocabulary, grow=True)
        names = np.array(list(vocabulary), dtype=object)
        kept = _kept(names, np.bincount(counts.indices, minlength=len(names)), wanted)
        counts = counts[:, kept]
        n_items_with = np.bincount(counts.indices, minlength=len(kept))
        weights = (1 + np.log((1 + len(texts)) / (1 + n_items_with))).astype(np.float32)
        directions = strongest_directions(_tf_idf(counts, weights), wanted.n_dims, rng)
        return cls(tuple(names[kept]), weights, directions.astype(np.float16))

    @classmethod
    def knowing_nothing(cls) -> Self:
        """Return an encoder without terms, whose vectors have no dimensions."""
        return cls((), np.zeros(0, np.float32), np.zeros((0, 0), np.float16))

    def encode(self, texts: Sequence[str], tags: Sequence[Terms] | None = None) -> Embeddings:
        """Return one row per text, of length 1; zeros where no term is known.

        Items and free-text queries land in the same space; shape ``(n_texts, dim)``.
        """
        counts = _counted(_documents(texts, tags), self._number_of, grow=False)
        used, columns = np.unique(counts.indices, return_inverse=True)
        tf_idf = _tf_idf(counts, self.term_weights)
        narrow = csr_matrix((tf_idf.data, columns, counts.indptr), (len(texts), len(used)))
        return unit_rows(narrow @ self.directions[used].astype(np.float32))

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self.directions.shape[1])

    def to_arrays(self) -> Arrays:
        """Return all that has to be saved, as plain arrays by name."""
        return {
            "terms": text_array("\n".join(self.terms)),
            "term_weights": self.term_weights,
            "directions": self.directions,
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Return the encoder that ``to_arrays`` described; arrays may be memory-mapped."""
        return cls(lines_of(arrays["terms"]), arrays["term_weights"], arrays["directions"])

    @cached_property
    def _number_of(self) -> dict[str, int]:
        return {term: number for number, term in enumerate(self.terms)}


def _documents(texts: Sequence[str], tags: Sequence[Terms] | None) -> Iterable[list[str]]:
    for number, text in enumerate(texts):
        terms = words_and_pairs(text)
        yield terms if tags is None else [*terms, *tags[number]]


def _counted(
    documents: Iterable[list[str]], number_of: dict[str, int], *, grow: bool
) -> "csr_matrix[Any]":
    """Return how often each text has each term; a term without a number is added or skipped."""
    numbers, ends = array("i"), [0]
    for terms in documents:
        if grow:
            numbers.extend([number_of.setdefault(term, len(number_of)) for term in terms])
        else:
            numbers.extend([number for term in terms if (number := number_of.get(term, -1)) >= 0])
        ends.append(len(numbers))
    columns = np.array(numbers, dtype=np.int32)
    ones = np.ones(len(columns), dtype=np.float32)
    counts = csr_matrix((ones, columns, np.array(ends)), (len(ends) - 1, len(number_of)))
    counts.sum_duplicates()
    return counts


def _kept(
    names: NDArray[np.object_], n_items_with: NDArray[np.int64], settings: LexicalSettings
) -> NDArray[np.int64]:
    """Return the numbers of the terms to keep, in the order of their names."""
    pair = np.fromiter((is_pair(name) for name in names), np.bool_, len(names))
    shared = np.flatnonzero(n_items_with >= np.where(pair, settings.min_items_per_pair, 1))
    by_name = shared[np.argsort(names[shared], kind="stable")]
    by_items = by_name[np.argsort(-n_items_with[by_name], kind="stable")]
    chosen = by_items[: settings.max_terms]
    return chosen[np.argsort(names[chosen], kind="stable")]


def _tf_idf(counts: "csr_matrix[Any]", weights: NDArray[np.float32]) -> "csr_matrix[Any]":
    """Return rows of length 1: a term's damped count times how telling it is."""
    values = (1 + np.log(counts.data)) * weights[counts.indices]
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    lengths = np.sqrt(np.bincount(rows, values**2, minlength=counts.shape[0]))
    scaled = (values / lengths[rows]).astype(np.float32)
    return csr_matrix((scaled, counts.indices, counts.indptr), counts.shape)
