"""What a language model wrote about users, as words that their queries say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, Self, runtime_checkable

import numpy as np
import polars as pl
from numpy.typing import NDArray

from lorewise.data.dataset import Dataset
from lorewise.data.knowledge_file import PREFIX
from lorewise.data.primitives import Embeddings, Scores, UserNumbers
from lorewise.data.queries import Queries
from lorewise.data.user_knowledge import CONFIDENCE, profile_columns
from lorewise.encoders.blocks import FittedBlocks
from lorewise.pipeline.knowledge_space import KnowledgeSpace, Weights

PROFILE_EVENTS = 1.0
"""Events that a profile is worth."""

NOT_WANTED = frozenset({CONFIDENCE, PREFIX + "dislikes", PREFIX + "already_served"})
"""Columns that do not say what the user would like."""


def profile_texts(dataset: Dataset) -> list[str]:
    """Return each user's profile in words, one facet a line, in the order of the users.

    Empty where there is none. Dislikes are left out: a vector of words cannot say no.
    """
    columns = [name for name in profile_columns(dataset) if name not in NOT_WANTED]
    if not columns:
        return [""] * dataset.n_users
    facets = pl.col(columns).cast(pl.String).str.replace_all("|", ", ", literal=True)
    joined = pl.concat_str(facets, separator="\n", ignore_nulls=True)
    return dataset.user_table.select(joined.fill_null("")).to_series().to_list()


def profile_trust(n_events: NDArray[np.int64], *, k: float = PROFILE_EVENTS) -> Scores:
    """Return how much a profile counts beside ``n_events`` events: 1 without any, then less.

    >>> profile_trust(np.array([0, 1, 9]), k=1.0).tolist()
    [1.0, 0.5, 0.10000000149011612]
    """
    return np.asarray(k / (k + n_events), dtype=np.float32)


def profile_vectors(
    texts: Sequence[str],
    n_events: NDArray[np.int64],
    *,
    blocks: FittedBlocks,
    space: KnowledgeSpace,
    block_weights: Weights,
    k: float = PROFILE_EVENTS,
) -> Embeddings:
    """Return the profiles as ``Queries.text_vectors``, shape ``(len(texts), dim)``.

    A row's length is the trust in it beside the ``n_events`` of its query, see
    ``profile_trust``; it is all zeros for an empty text, which is not encoded. ``space`` is that
    of ``blocks``, the weights are those of the vectors with which the models compare words.
    """
    told = [number for number, text in enumerate(texts) if text.strip()]
    words = blocks.encode_text([texts[number] for number in told])
    placed = space.placed(words, block_weights, len(told))
    vectors = np.zeros((len(texts), placed.shape[1]), dtype=np.float32)
    vectors[told] = placed * profile_trust(n_events[told], k=k)[:, None]
    return vectors


@runtime_checkable
class ReadsWords(Protocol):
    """A fitted model that places words among its items."""

    @property
    def blocks(self) -> FittedBlocks:
        """How words are encoded."""
        ...

    @property
    def block_weights(self) -> Weights:
        """Of the vectors with which words are compared."""
        ...


@dataclass(frozen=True, kw_only=True)
class UserProfiles:
    """The profiles of a dataset's users, ready to join the queries of a fitted model."""

    texts: Sequence[str]
    """One per user; empty where there is no profile."""

    blocks: FittedBlocks
    space: KnowledgeSpace
    block_weights: Weights

    @classmethod
    def of(cls, dataset: Dataset, model: object) -> Self | None:
        """Return the profiles as the model reads them; None if there are none, or it reads none."""
        texts = profile_texts(dataset)
        if not any(texts) or not isinstance(model, ReadsWords):
            return None
        space = KnowledgeSpace.of(model.blocks.features, dataset.n_items)
        return cls(texts=texts, blocks=model.blocks, space=space, block_weights=model.block_weights)

    def joined(self, queries: Queries, user_numbers: UserNumbers) -> Queries:
        """Return the queries, which are these users', with the profiles as their words.

        They stay as they are where none of the users has a profile.
        """
        texts = [self.texts[number] for number in user_numbers]
        if not any(texts):
            return queries
        vectors = profile_vectors(
            texts,
            queries.lengths,
            blocks=self.blocks,
            space=self.space,
            block_weights=self.block_weights,
        )
        return replace(queries, text_vectors=vectors)
