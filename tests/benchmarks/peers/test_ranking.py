import numpy as np
from peers.exchange import LIST_LENGTH
from peers.ranking import best, recommend_by
from scipy import sparse


def test_the_best_come_first_and_the_first_of_equals_before_the_others() -> None:
    scores = np.array([[0.5, 0.9, 0.5], [0.1, np.nan, -np.inf]], dtype=np.float32)
    assert best(scores, 2).tolist() == [[1, 0], [0, -1]]
    assert best(scores, 4).tolist() == [[1, 0, 2, -1], [0, -1, -1, -1]]


def test_what_a_user_met_is_left_out() -> None:
    met = sparse.csr_matrix(np.array([[0, 1, 0], [0, 0, 0]], dtype=np.float32))
    recommend = recommend_by(lambda users: np.tile([1.0, 3.0, 2.0], (len(users), 1)), met)
    lists = recommend(np.array([0, 1], dtype=np.int32))
    assert lists.shape == (2, LIST_LENGTH)
    assert lists[:, :3].tolist() == [[2, 0, -1], [1, 2, 0]]
