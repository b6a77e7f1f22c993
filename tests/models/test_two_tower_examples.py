import numpy as np

from lorewise.data.queries import Queries
from lorewise.models.two_tower_examples import Examples


def examples() -> Examples:
    histories = Queries.of(
        [np.array(items, dtype=np.int32) for items in ([5, 6, 7, 8], [], [9, 5])]
    )
    strengths = np.array([1, 2, -1, 1, -1, 1], dtype=np.float32)
    return Examples.of(histories, strengths)


def test_a_like_is_told_by_those_before_it() -> None:
    # 5 is the first event, 7 disliked; 9 too, so nothing tells of the 5 after it.
    assert examples().targets.tolist() == [6, 8]
    items, shares = examples().read(np.arange(2), 3, 1.0)
    assert items[shares > 0].tolist() == [5, 6, 5]
    # 6 is the newest and twice as strong; 5 is one like older: 2 to 1/2.
    np.testing.assert_allclose(shares, [[1.0, 0.0, 0.0], [0.8, 0.2, 0.0]], rtol=1e-6)


def test_no_more_is_read_than_counts() -> None:
    items, _ = examples().read(np.arange(2), 1, 1.0)
    assert items.tolist() == [[5], [6]]
    assert examples().read(np.arange(2), 50, 0.2)[0].shape == (2, 2), "ten half-lives"
    assert examples().read(np.arange(2), 50, np.inf)[0].shape == (2, 50)


def test_without_events_there_is_no_example() -> None:
    nothing = np.zeros(0, dtype=np.int32)
    assert len(Examples.of(Queries.of([nothing]), nothing.astype(np.float32))) == 0
