import numpy as np

from lorewise.models.evidence import column_names
from lorewise.models.wide_deep_inputs import (
    COUNT_BUCKETS,
    FURTHEST,
    USER_BUCKETS,
    crossed,
    fused_scores,
    standardized,
)

COLUMNS = column_names(["one"])


def test_buckets_of_rank_count_and_history_are_crossed() -> None:
    rows = np.zeros((1, 1, len(COLUMNS)), dtype=np.float32)
    rows[0, 0, COLUMNS.index("one_rank")] = np.log(9)  # ranks 8 to 15 are the fourth bucket
    rows[0, 0, COLUMNS.index("count")] = np.log1p(3)  # 4 = 2 ** 2: the third bucket
    rows[0, 0, COLUMNS.index("history")] = np.log1p(20)  # the bin of 6 to 20 events
    cell = 3 * COUNT_BUCKETS * USER_BUCKETS + 2 * COUNT_BUCKETS + 2
    assert crossed(rows)[0, 0, 0] == cell


def test_the_fused_score_is_found_by_its_place() -> None:
    rows = np.arange(len(COLUMNS), dtype=np.float32)[None, None]
    assert fused_scores(rows)[0, 0] == COLUMNS.index("fused")


def test_extremes_are_cut_off() -> None:
    two, three = np.full((1, 1, 1), 2, np.float32), np.full((1, 1, 1), 3, np.float32)
    center, spread = np.ones(1, np.float32), np.full(1, 0.5, np.float32)
    assert standardized(two, center, spread).item() == 2  # (2 - 1) / .5
    assert standardized(1e6 * three, center, spread).item() == FURTHEST
