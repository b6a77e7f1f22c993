import numpy as np

from lorewise.data.queries import Queries
from lorewise.models.tastes import SignedHistories, Tastes

KNOWN = np.array([True, True, True, False])


def numbers(*items: int) -> np.ndarray:
    return np.array(items, dtype=np.int32)


def weights(*sizes: float) -> np.ndarray:
    return np.array(sizes, dtype=np.float32)


def histories() -> SignedHistories:
    """Return one who likes two items and dislikes one, one who knows only what is unknown."""
    queries = Queries.of(
        [numbers(0, 1, 2), numbers(3), numbers(2)],
        weights=[weights(1, 1, -1), weights(1), weights(-1)],
    )
    return SignedHistories.of(queries, KNOWN, typical=1.0, half_life_events=1.0)


def test_newer_likes_are_louder_and_unknown_items_say_nothing() -> None:
    # The like of item 0 is one like older than that of item 1, so it counts half as much.
    np.testing.assert_allclose(
        histories().shares().toarray(), [[1 / 3, 2 / 3, 0.0, 0.0], [0.0] * 4, [0.0] * 4], rtol=1e-6
    )
    assert histories().likes_something.tolist() == [True, False, False]
    np.testing.assert_allclose(histories().disliked.toarray()[:, 2], [1, 0, 1])


def test_a_dislike_takes_what_a_like_alone_would_add_to_the_mean() -> None:
    people = np.array([[1, 0], [0, 1]], dtype=np.float32)
    lone = np.array([[1, 0], [0, 1], [0.5, 1.5], [9, 9]], dtype=np.float32)
    tastes = Tastes.of(people, lone, KNOWN)
    np.testing.assert_allclose(tastes.mean, [0.5, 0.5])
    liking = np.array([[3, 4], [7, 7], [7, 7]], dtype=np.float32)
    joined = tastes.joined(liking, histories(), 0.1)
    # Item 2 alone says (.5, 1.5), which is (0, 1) beyond the mean; a tenth of it is taken.
    np.testing.assert_allclose(joined, [[3.0, 3.9], [0.5, 0.5], [0.5, 0.4]], rtol=1e-6)
    assert joined.dtype == np.float32
    assert not tastes.lone[3].any(), "nobody likes what is unknown"


def test_before_anybody_is_known_there_is_no_taste() -> None:
    nobody = Tastes.of_nobody(4, 2)
    liking = np.zeros((3, 2), dtype=np.float32)
    assert not nobody.joined(liking, histories(), 1.0).any()
    empty = Tastes.of(np.zeros((0, 2), np.float32), np.zeros((4, 2), np.float32), KNOWN)
    np.testing.assert_array_equal(empty.mean, [0, 0])
