import numpy as np
import pytest

from lorewise.models.neural_gains import gains

NO_ONE = np.zeros(0, dtype=np.int64)
NOTHING = np.zeros(0, dtype=np.int32)


def gain(scores: list[float], answer: int, seen: list[int] | None = None) -> float:
    found = gains(
        np.array([scores], dtype=np.float32),
        np.zeros(len(seen or []), dtype=np.int64),
        np.array(seen or [], dtype=np.int32),
        np.array([answer], dtype=np.int32),
    )
    return float(found[0])


def test_a_gain_falls_with_the_rank() -> None:
    assert gain([3, 2, 1], 0) == 1
    assert gain([3, 2, 1], 2) == pytest.approx(0.5)  # 1 / log2(1 + 3)


def test_ties_count_as_ahead_and_items_of_the_history_do_not() -> None:
    assert gain([2, 2, 1], 0) == pytest.approx(1 / np.log2(3))
    assert gain([3, 2, 1], 1, seen=[0]) == 1
    assert gain([3, 2, 1], 1, seen=[0, 1]) == 1, "what is chosen again may be found again"


def test_past_the_cutoff_or_without_a_score_there_is_no_gain() -> None:
    assert gain([*range(11, 1, -1), 1.0], 10) == 0
    assert gain([*range(10, 1, -1), 1.0], 9) > 0
    assert gains(np.zeros((0, 3), dtype=np.float32), NO_ONE, NOTHING, NOTHING).tolist() == []
