import numpy as np

from lorewise.models.dislikes import Dislikes

NEAR = np.array([[1, 2, -1], [0, 2, -1], [0, -1, -1]], dtype=np.int32)
SIMILARITIES = np.array([[1, 0.5, 1], [1, -0.5, 1], [0, 1, 1]], dtype=np.float32)
GIVEN = np.array([[3, -2, 9], [0, 1, 9], [1, 9, 9]], dtype=np.float32)


def dislikes() -> Dislikes:
    return Dislikes.fit(NEAR, SIMILARITIES, GIVEN, scale=2)


def test_a_loss_is_what_was_given_and_the_scale_times_the_similarity() -> None:
    # 3 + 2 * 1 and, since nothing was given, 0 + 2 * .5; nothing by the unlike and the missing
    assert dislikes().losses.tolist() == [[5, 1, 0], [2, 0, 0], [0, 0, 0]]
    assert dislikes().near.tolist() == [[1, 2, -1], [0, -1, -1], [-1, -1, -1]]


def taken(items: list[int], offsets: list[int], strengths: list[float]) -> list[list[float]]:
    out = np.zeros((len(offsets) - 1, 3), dtype=np.float32)
    dislikes().take_from(
        out,
        np.array(offsets),
        np.array(items, dtype=np.int32),
        np.array(strengths, dtype=np.float32),
    )
    return [[float(score) for score in row] for row in out]


def test_each_dislike_takes_its_losses_from_its_own_query() -> None:
    losses = taken([0, 1, 1, 0], [0, 2, 2, 4], [-1, 1, -2, -0.5])
    assert losses == [[0, -5, -1], [0, 0, 0], [-4, -2.5, -0.5]]


def test_the_same_dislike_twice_takes_twice() -> None:
    assert taken([0, 0], [0, 2], [-1, -1]) == [[0, -10, -2]]


def test_a_like_takes_nothing() -> None:
    assert taken([0, 1], [0, 2], [1, 2]) == [[0, 0, 0]]


def test_items_at_the_end_are_near_nothing() -> None:
    grown = dislikes().grown(5)
    assert grown.near.tolist() == [*dislikes().near.tolist(), [-1, -1, -1], [-1, -1, -1]]
    assert not grown.losses[3:].any()


def test_only_changed_pairs_are_set_anew() -> None:
    fresh = Dislikes.fit(
        np.array([[2, 1, 0]], dtype=np.int32),
        np.ones((1, 3), dtype=np.float32),
        np.ones((1, 3), dtype=np.float32),
        scale=1,
    )
    new = dislikes().refreshed(
        np.array([1], dtype=np.int32), fresh, np.array([[False, True, True]])
    )
    assert new.near.tolist() == [[1, 2, -1], [0, 1, 0], [-1, -1, -1]]
    assert new.losses.tolist() == [[5, 1, 0], [2, 2, 2], [0, 0, 0]]
    assert dislikes().near[1].tolist() == [0, -1, -1]


def test_arrays_are_all_there_is() -> None:
    again = Dislikes.from_arrays(dislikes().to_arrays())
    assert again.scale == 2
    np.testing.assert_array_equal(again.losses, dislikes().losses)
