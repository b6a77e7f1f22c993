"""Lists of candidates in which a rule decides what is taken, against the fused score."""

import numpy as np

from lorewise.data.primitives import Scores
from lorewise.models.candidate_lists import CandidateLists
from lorewise.models.evidence import Evidence, column_names

N_ITEMS, N_PLACES = 60, 12
COLUMNS = column_names(["one", "two"])


def planted_lists(n_lists: int = 400, *, seed: int = 0) -> CandidateLists:
    """Return lists of which the candidate most like the last item was taken, whatever its rank."""
    rng = np.random.default_rng(seed)
    items = rng.permuted(np.tile(np.arange(N_ITEMS), (n_lists, 1)), axis=1)[:, :N_PLACES]
    rows = rng.normal(size=(n_lists, N_PLACES, len(COLUMNS))).astype(np.float32)
    ranks = np.log(np.arange(1, N_PLACES + 1, dtype=np.float32))
    for name in ("one_rank", "two_rank"):
        rows[:, :, COLUMNS.index(name)] = rng.permuted(np.tile(ranks, (n_lists, 1)), axis=1)
    rows[:, :, COLUMNS.index("fused_rank")] = ranks
    rows[:, :, COLUMNS.index("fused")] = -ranks
    rows[:, :, COLUMNS.index("count")] = np.log1p(rng.integers(1, 50, items.shape))
    rows[:, :, COLUMNS.index("history")] = np.log1p(rng.integers(1, 40, (n_lists, 1)))
    likeness = rows[:, :, COLUMNS.index("like_last")]
    is_target = likeness == likeness.max(axis=1, keepdims=True)
    evidence = Evidence(items=items.astype(np.int32), rows=rows)
    return CandidateLists(evidence=evidence, is_target=is_target)


def share_found(scores: Scores, lists: CandidateLists) -> float:
    """Return the share of lists in which what was taken comes first."""
    first = np.argmax(scores, axis=1)
    return float(lists.is_target[np.arange(len(first)), first].mean())
