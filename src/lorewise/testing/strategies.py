"""Hypothesis strategies for histories, queries and whole datasets."""

import numpy as np
import polars as pl
from hypothesis import strategies as st

from lorewise.data.dataset import Dataset
from lorewise.data.queries import Queries
from lorewise.data.vocabulary import Vocabulary

MAX_EVENTS = 12
MAX_USERS = 6
MAX_ITEMS = 8
WEIGHTS = (-2.0, -1.0, 0.5, 1.0, 3.0)
RATINGS = (1.0, 2.0, 3.5, 5.0, float("nan"))


@st.composite
def query_batches(
    draw: st.DrawFn, n_items: int, *, max_queries: int = 4, with_dislikes: bool = True
) -> Queries:
    """Draw up to ``max_queries`` histories of these items: empty, repeated, disliked, rated."""
    weights = st.sampled_from([w for w in WEIGHTS if with_dislikes or w > 0])
    event = st.tuples(st.integers(0, n_items - 1), weights, st.sampled_from(RATINGS))
    histories = draw(
        st.lists(st.lists(event, max_size=MAX_EVENTS), min_size=1, max_size=max_queries)
    )
    lengths = [len(history) for history in histories]
    columns = np.array([line for history in histories for line in history]).reshape(-1, 3)
    return Queries(
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        item_numbers=columns[:, 0].astype(np.int32),
        weights=columns[:, 1].astype(np.float32),
        ratings=columns[:, 2].astype(np.float32),
        repeatable=np.zeros(len(columns), dtype=np.bool_),
    )


@st.composite
def datasets(draw: st.DrawFn, *, min_interactions: int = 0) -> Dataset:
    """Draw a dataset of at most 6 users and 8 items; times tie often, some items are cold."""
    n_users, n_items = draw(st.integers(1, MAX_USERS)), draw(st.integers(1, MAX_ITEMS))
    line = st.tuples(
        st.integers(0, n_users - 1),
        st.integers(0, n_items - 1),
        st.sampled_from(WEIGHTS),
        st.sampled_from(RATINGS),
        st.integers(0, 5),
    )
    lines = draw(st.lists(line, min_size=min_interactions, max_size=n_users * MAX_EVENTS))
    lines.sort(key=lambda row: (row[0], row[4]))
    columns = np.array(lines).reshape(-1, 5)
    users = Vocabulary.of(f"u{number}" for number in range(n_users))
    items = Vocabulary.of(f"i{number}" for number in range(n_items))
    return Dataset(
        users=users,
        items=items,
        user_numbers=columns[:, 0].astype(np.int32),
        item_numbers=columns[:, 1].astype(np.int32),
        weights=columns[:, 2].astype(np.float32),
        ratings=columns[:, 3].astype(np.float32),
        timestamps_s=columns[:, 4].astype(np.int64) * 86_400,
        repeatable=np.zeros(len(columns), dtype=np.bool_),
        item_table=pl.DataFrame({"item_id": items.ids}),
        user_table=pl.DataFrame({"user_id": users.ids}),
    )
