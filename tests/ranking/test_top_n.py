import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lorewise.data.item_list import ScoredItems
from lorewise.data.queries import Queries
from lorewise.errors import SettingsError
from lorewise.ranking.top_n import TopNRanker

NOBODY = Queries.of([np.array([], dtype=np.int32)])
FEW_SCORES = st.lists(st.one_of(st.just(float("nan")), st.integers(-3, 3).map(float)), max_size=12)


def ranked(scores: list[float], k: int) -> tuple[list[int], list[float]]:
    numbers = np.arange(10, 10 + len(scores), dtype=np.int32)
    scored = ScoredItems(numbers, np.array([scores], dtype=np.float32))
    lists = TopNRanker().rank(NOBODY, scored, k=k)
    return lists.numbers[0].tolist(), lists.scores[0].tolist()


@given(FEW_SCORES, st.integers(1, 15))
def test_it_is_a_stable_sort_without_the_unknown(scores: list[float], k: int) -> None:
    known = [(-score, 10 + at) for at, score in enumerate(scores) if score == score]
    expected = [number for _, number in sorted(known)[:k]]
    numbers, _ = ranked(scores, k)
    assert [number for number in numbers if number >= 0] == expected


def test_short_lists_are_padded() -> None:
    numbers, scores = ranked([0.5, float("nan")], 2)
    assert numbers == [10, -1]
    assert scores[0] == 0.5
    assert np.isnan(scores[1])


def test_a_list_needs_a_place() -> None:
    with pytest.raises(SettingsError, match="k is 0"):
        ranked([1.0], 0)
