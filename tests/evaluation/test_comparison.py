import numpy as np
import pytest

from lorewise.errors import DataError
from lorewise.evaluation.comparison import compare


def test_all_others_are_compared_with_the_reference_and_corrected_together() -> None:
    floor = np.random.default_rng(1).random(50)
    values = {"floor": floor, "better": floor + 0.2, "same": floor}

    better, same = compare(values, reference="floor", metric="ndcg@10", seed=3)

    assert (better.algorithm, better.reference, better.metric) == ("better", "floor", "ndcg@10")
    assert better.difference == pytest.approx(0.2)
    assert better.p_value == pytest.approx(2 / 2001)
    assert better.p_holm == pytest.approx(4 / 2001)  # the smaller of two
    assert (same.difference, same.p_holm) == (0.0, 1.0)


def test_a_reference_alone_has_no_comparison() -> None:
    assert compare({"a": np.ones(2)}, reference="a", metric="m", seed=0) == ()


def test_an_unknown_reference_or_other_users_are_refused() -> None:
    with pytest.raises(DataError, match="'b' on m"):
        compare({"a": np.ones(2)}, reference="b", metric="m", seed=0)
    with pytest.raises(DataError, match="of the same queries"):
        compare({"a": np.ones(2), "b": np.ones(3)}, reference="a", metric="m", seed=0)
